import { resolve } from 'node:path';
import { startZerobusLocal } from '../startZerobusLocal.ts';
import type { ZerobusLocal } from '../zerobusLocal.ts';
import { banner } from './banner.ts';
import { closeOnSignal } from './closeOnSignal.ts';
import { givenTls, type TlsFlags } from './givenTls.ts';
import { readScript } from './readScript.ts';
import { type LogFormat, type ServerLog, serverLog } from './serverLog.ts';

/** The command line options of `zerobus-local`. */
export interface ServeOptions extends TlsFlags {
  readonly data: string;
  readonly host: string;
  readonly allowHost?: readonly string[];
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
  readonly optimizeAfter: number;
  /** Milliseconds. */
  readonly rotateAfter?: number;
  readonly verbose?: boolean;
  /** How events are printed. Without it, `verbose` prints them as text. */
  readonly log?: LogFormat;
  readonly auth: boolean;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly subjectTokenIssuer?: string;
}

/** The usual exit code of a process that SIGINT has ended. */
const INTERRUPTED = 130;

/** Runs the server until SIGINT or SIGTERM, then closes it. A second signal ends the process at once. */
export async function serve(options: ServeOptions): Promise<void> {
  const auth = options.auth ? credentials(options) : false;
  const tls = await givenTls(options);
  const log = serverLog(options.log ?? (options.verbose === true ? 'text' : undefined));
  const variables = options.var ?? {};
  const files = await Promise.all((options.tables ?? []).map((path) => readScript(path, variables)));
  const server = await startZerobusLocal({
    dataDir: resolve(options.data),
    tables: [...(options.table ?? []), ...files.flat()],
    variables,
    host: options.host,
    allowedHosts: options.allowHost ?? [],
    port: options.port,
    httpPort: options.httpPort,
    flushIntervalMs: options.flushInterval,
    maxUnflushedBytes: options.maxUnflushed,
    optimizeAfterFiles: options.optimizeAfter,
    tls,
    ...log,
    ...(auth === undefined ? {} : { auth }),
    ...(options.subjectTokenIssuer === undefined ? {} : { subjectTokenIssuer: options.subjectTokenIssuer }),
    ...(options.rotateAfter === undefined ? {} : { rotateAfterMs: options.rotateAfter }),
  });
  const closed = closeOnSignal(
    process,
    () => closeServer(server, log),
    () => process.exit(INTERRUPTED),
  );
  // A reader of the log that ends, such as head, must not end the server.
  process.stderr.on('error', () => undefined);
  process.stdout.write(banner(server, { host: options.host, auth, tls }));
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

function closeServer(server: ZerobusLocal, { onNote }: ServerLog): Promise<void> {
  onNote('Closing after the last flush. Press Ctrl-C again to end at once.');
  return server.close();
}
