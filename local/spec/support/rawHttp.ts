import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';

/** A connection to the HTTP port with no client in between. It can make every mistake that a client can make. */
export class RawHttp {
  readonly socket: Socket;
  /** Resolves when the connection is closed. */
  readonly closed: Promise<unknown>;
  #received = '';
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes: Buffer) => {
      this.#received += bytes.toString('latin1');
      this.#wake();
    });
    // A connection that is cut is not an error of the spec.
    socket.on('error', () => undefined);
    this.closed = once(socket, 'close').then(() => this.#wake());
  }

  static async open({ httpPort }: ZerobusLocal): Promise<RawHttp> {
    const socket = connect(httpPort, '127.0.0.1');
    await once(socket, 'connect');
    return new RawHttp(socket);
  }

  /** Sends the head of a request that inserts into a table. @param fields more header fields */
  head(table: string, fields: string): void {
    this.socket.write(
      `POST /zerobus/v1/tables/${table}/insert HTTP/1.1\r\nhost: spec\r\ncontent-type: application/json\r\n${fields}\r\n\r\n`,
    );
  }

  /** Sends a whole request that inserts into a table. */
  insert(table: string, body: string): void {
    this.head(table, `content-length: ${Buffer.byteLength(body)}`);
    this.socket.write(body);
  }

  /** Waits for `count` answers. @returns their statuses, in the order in which they arrived */
  async statuses(count: number): Promise<string[]> {
    for (;;) {
      const statuses = [...this.#received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, code]) => code as string);
      if (statuses.length >= count || this.socket.destroyed) {
        return statuses;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
