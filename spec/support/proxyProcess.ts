import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../e2e/programs/connectProxy.js', import.meta.url));

/** The behavior of a proxy. */
export interface ProxyConfiguration {
  /** The `proxy-authorization` that it requires; without it, the proxy answers 407. Defaults to none. */
  readonly authorization?: string;
  /** Makes it an `https://` proxy with this certificate and key. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** The HTTP status that it refuses every tunnel with. */
  readonly status?: number;
  /** The addresses of host names, in addition to `localhost`. */
  readonly names?: Readonly<Record<string, string>>;
}

/** A tunnel that the proxy was asked for. */
export interface RequestedTunnel {
  /** Host and port. */
  readonly target: string;
  /** The `proxy-authorization` header of the request. */
  readonly authorization: string | null;
}

/** An HTTP proxy in a process of its own. */
export interface ProxyProcess extends AsyncDisposable {
  /** The host and port it listens on. */
  readonly address: string;
  /** Returns every tunnel that was requested so far. */
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
