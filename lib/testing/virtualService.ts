import type { StreamHeaders, Transport, TransportCall, TransportObserver } from '../transport/transport.ts';
import { VirtualConnection, type VirtualServiceObserver } from './virtualConnection.ts';

/**
 * A Zerobus without sockets, promises and real time, which an observer plays: a marble diagram, or a simulation. Its
 * connections speak the wire format, encoded and decoded by google-protobuf.
 */
export class VirtualService implements Transport {
  readonly #observer: VirtualServiceObserver;
  readonly #connections: VirtualConnection[] = [];

  constructor(observer: VirtualServiceObserver) {
    this.#observer = observer;
  }

  /** All connections so far, in order. */
  get connections(): readonly VirtualConnection[] {
    return this.#connections;
  }

  open(headers: StreamHeaders, client: TransportObserver): TransportCall {
    const connection = new VirtualConnection(this.#connections.length, headers, client, this.#observer);
    this.#connections.push(connection);
    this.#observer.onOpen?.(connection);
    return connection.call;
  }
}
