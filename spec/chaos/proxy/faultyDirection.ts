import type { Socket } from 'node:net';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import type { ConnectionFault, Direction } from './connectionFault.ts';

/** A connection through a proxy: the sockets of both of its ends. */
export interface Link {
  readonly client: Socket;
  readonly server: Socket;
  isBlackHole: boolean;
}

/** How many bytes trickle before the rest comes as usual. */
const TRICKLED_BYTES = 4000;
/** How many times a second a throttle opens. */
const THROTTLE_HZ = 20;

/** One direction of a connection, perhaps with a fault. */
export class FaultyDirection {
  readonly #link: Link;
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #fault: ConnectionFault | undefined;
  readonly #onStrike: () => void;
  /** How many bytes have passed. */
  #passed = 0;
  /** Chunks that are on their way. */
  #delayed: Promise<void> = Promise.resolve();
  #hasStruck = false;
  #isClosed = false;

  /** @param onStrike called when the fault begins */
  constructor(link: Link, direction: Direction, fault: ConnectionFault | undefined, onStrike: () => void) {
    this.#link = link;
    [this.#from, this.#to] = direction === 'toServer' ? [link.client, link.server] : [link.server, link.client];
    this.#fault = fault;
    this.#onStrike = onStrike;
  }

  /** Passes bytes on until one of the ends is closed. */
  async run(): Promise<void> {
    try {
      // At its end, the iteration must not destroy the socket: the other direction may go on.
      for await (const chunk of this.#from.iterator({ destroyOnReturn: false })) {
        await this.#take(chunk as Buffer);
      }
      await this.#delayed;
      if (!this.#link.isBlackHole) {
        this.#to.end();
      }
    } catch {
      // One of the ends is gone. In a black hole, the other one does not notice.
      if (!this.#link.isBlackHole) {
        this.#from.destroy();
        this.#to.destroy();
      }
    }
  }

  async #take(chunk: Buffer): Promise<void> {
    const fault = this.#fault;
    if (fault === undefined) {
      return this.#pass(chunk);
    }
    const before = chunk.subarray(0, Math.max(0, fault.afterBytes - this.#passed));
    const behind = chunk.subarray(before.length);
    this.#passed += chunk.length;
    if (before.length > 0) {
      await this.#pass(before);
    }
    if (behind.length > 0) {
      if (!this.#hasStruck) {
        this.#hasStruck = true;
        this.#onStrike();
      }
      await this.#strike(behind, fault);
    }
  }

  async #strike(chunk: Buffer, { kind, delayMs, bytesPerSecond, afterBytes }: ConnectionFault): Promise<void> {
    const { client, server } = this.#link;
    switch (kind) {
      case 'cut':
        client.destroySoon();
        server.destroySoon();
        return;
      case 'reset':
        client.resetAndDestroy();
        server.resetAndDestroy();
        return;
      case 'blackhole':
        this.#link.isBlackHole = true;
        return;
      case 'halfClose':
        this.#isClosed = true;
        this.#to.end();
        return;
      case 'delay':
        this.#delay(chunk, delayMs);
        return;
      case 'throttle':
        return this.#throttle(chunk, Math.ceil(bytesPerSecond / THROTTLE_HZ));
      case 'trickle':
        return this.#trickle(chunk, afterBytes + TRICKLED_BYTES - (this.#passed - chunk.length));
    }
  }

  /** Chunks overlap, so that a delay is one of the distance and not of the speed. */
  #delay(chunk: Buffer, delayMs: number): void {
    const arrival = wait(delayMs);
    this.#delayed = this.#delayed.then(() => arrival).then(() => this.#pass(chunk));
    this.#delayed.catch(() => undefined);
  }

  async #throttle(chunk: Buffer, size: number): Promise<void> {
    for (let at = 0; at < chunk.length; at += size) {
      await wait(1000 / THROTTLE_HZ);
      await this.#pass(chunk.subarray(at, at + size));
    }
  }

  async #trickle(chunk: Buffer, most: number): Promise<void> {
    const count = Math.max(0, Math.min(most, chunk.length));
    for (let at = 0; at < count; at += 1) {
      await this.#pass(chunk.subarray(at, at + 1));
      await turn();
    }
    await this.#pass(chunk.subarray(count));
  }

  /** Resolves when the bytes were handed to the system, which is how one end slows down the other. */
  #pass(chunk: Buffer): Promise<void> {
    if (this.#link.isBlackHole || this.#isClosed) {
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      this.#to.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
  }
}
