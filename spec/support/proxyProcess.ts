import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../e2e/programs/connectProxy.js', import.meta.url));

/** How a proxy of a spec behaves. */
export interface ProxyConfiguration {
  /** The `proxy-authorization` without which it answers 407. Default: none is asked for. */
  readonly authorization?: string;
  /** Makes it an `https://` proxy, with this certificate and key. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** The HTTP status with which it refuses every tunnel. */
  readonly status?: number;
  /** Where it finds hosts by name, beside addresses and `localhost`. */
  readonly names?: Readonly<Record<string, string>>;
}

/** What a proxy was asked for. */
export interface RequestedTunnel {
  /** Host and port. */
  readonly target: string;
  /** Its `proxy-authorization` header. */
  readonly authorization: string | null;
}

/** An HTTP proxy in a process of its own. */
export interface ProxyProcess extends AsyncDisposable {
  /** Host and port it listens on. */
  readonly address: string;
  /** Every tunnel that was asked for until now, when it is called. */
  stop(): Promise<readonly RequestedTunnel[]>;
}

/** Starts a proxy on a free port of the loopback address. */
export async function startProxyProcess(configuration: ProxyConfiguration = {}): Promise<ProxyProcess> {
  const proxy = spawn(process.execPath, [program, JSON.stringify(configuration)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: proxy.stdout });
  const tunnels: RequestedTunnel[] = [];
  const closed = once(lines, 'close');
  const [port] = (await once(lines, 'line')) as [string];
  lines.on('line', (line) => tunnels.push(JSON.parse(line) as RequestedTunnel));
  const stop = async (): Promise<readonly RequestedTunnel[]> => {
    proxy.kill();
    await closed;
    return tunnels;
  };
  return { address: `127.0.0.1:${port}`, stop, [Symbol.asyncDispose]: async () => void (await stop()) };
}
