import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { ConnectionFault } from './connectionFault.ts';
import { FaultyDirection, type Link } from './faultyDirection.ts';

/** A TCP proxy. Its first connections each have a fault, and those behind them have none. */
export class FaultyProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** How many connections were struck by their fault. */
  #struck = 0;

  private constructor(target: number, faults: readonly ConnectionFault[]) {
    const left = [...faults];
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      this.#serve(client, target, left.shift());
    });
  }

  /**
   * Starts a proxy on a free port of the loopback address.
   *
   * @param target the port that it connects to
   * @param faults the faults of its first connections
   */
  static async start(target: number, faults: readonly ConnectionFault[]): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(target, faults);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** The address of the proxy. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How many connections were struck by their fault. */
  get struck(): number {
    return this.#struck;
  }

  /** Closes the proxy and all of its connections. */
  async close(): Promise<void> {
    if (!this.#server.listening) {
      return;
    }
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    await closed;
  }

  #serve(client: Socket, target: number, fault: ConnectionFault | undefined): void {
    const server = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const link: Link = { client, server, isBlackHole: false };
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      // Both directions notice each error by themselves.
      socket.on('error', () => undefined);
    }
    for (const direction of ['toServer', 'toClient'] as const) {
      const own = fault?.direction === direction ? fault : undefined;
      void new FaultyDirection(link, direction, own, () => {
        this.#struck += 1;
      }).run();
    }
  }
}
