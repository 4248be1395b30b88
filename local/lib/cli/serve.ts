import { resolve } from 'node:path';
import { startZerobusLocal } from '../startZerobusLocal.ts';
import type { ZerobusLocal } from '../zerobusLocal.ts';
import { banner } from './banner.ts';
import { closeOnSignal } from './closeOnSignal.ts';
import { readScript } from './readScript.ts';

/** The command line options of `zerobus-local`. */
export interface ServeOptions {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly httpPort: number;
  readonly table?: readonly string[];
  readonly tables?: readonly string[];
  /** Values of placeholders. */
  readonly var?: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly flushInterval: number;
  /** Bytes. */
  readonly maxUnflushed: number;
  /** Milliseconds. */
  readonly rotateAfter?: number;
  readonly tls?: boolean;
  readonly auth: boolean;
  readonly clientId?: string;
  readonly clientSecret?: string;
}

/** The usual exit code of a process that SIGINT has ended. */
const INTERRUPTED = 130;

/** Runs the server until SIGINT or SIGTERM, then closes it. A second signal ends the process at once. */
export async function serve(options: ServeOptions): Promise<void> {
  const auth = options.auth ? credentials(options) : false;
  const variables = options.var ?? {};
  const files = await Promise.all((options.tables ?? []).map((path) => readScript(path, variables)));
  const server = await startZerobusLocal({
    dataDir: resolve(options.data),
    tables: [...(options.table ?? []), ...files.flat()],
    variables,
    host: options.host,
    port: options.port,
    httpPort: options.httpPort,
    flushIntervalMs: options.flushInterval,
    maxUnflushedBytes: options.maxUnflushed,
    tls: options.tls === true,
    ...(auth === undefined ? {} : { auth }),
    ...(options.rotateAfter === undefined ? {} : { rotateAfterMs: options.rotateAfter }),
  });
  const closed = closeOnSignal(
    process,
    () => closeServer(server),
    () => process.exit(INTERRUPTED),
  );
  process.stdout.write(banner(server, auth));
  await closed;
}

function credentials({ clientId, clientSecret }: ServeOptions): { clientId: string; clientSecret: string } | undefined {
  if (!clientId && !clientSecret) {
    return undefined;
  }
  if (!clientId || !clientSecret) {
    throw new Error('Set both a client id and a client secret, or neither to give tokens to any client.');
  }
  return { clientId, clientSecret };
}

function closeServer(server: ZerobusLocal): Promise<void> {
  process.stderr.write('zerobus-local: Closing after the last flush. Press Ctrl-C again to end at once.\n');
  return server.close();
}
