import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import type { FaultStatus, LiveStream } from '../faults/liveStream.ts';
import { StreamError } from '../ingest/streamError.ts';

/**
 * A REST request that is not answered yet. To faults, it is a stream of a single request. It can be stopped until its
 * records are handed to the storage.
 */
export class RestRequest implements LiveStream {
  readonly streamId: string = randomUUID();
  /** `catalog.schema.table`; '' before the table is found. */
  tableName = '';
  /** Records that the storage has been given. */
  inFlightRecords = 0;
  /** It is no stream that could be looked at. */
  readonly view: undefined = undefined;
  readonly incoming: IncomingMessage;
  /** Resolves when the request is answered, or when its client has left. */
  readonly ended: Promise<void>;
  readonly #stop = new AbortController();

  constructor(incoming: IncomingMessage, outgoing: ServerResponse) {
    this.incoming = incoming;
    this.ended = new Promise((resolve) => {
      outgoing.once('close', () => {
        this.#stop.abort(clientLeft());
        resolve();
      });
    });
  }

  /** Aborted when the request is not to be waited for any longer. Its reason is a {@link StreamError}. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** The client's address and port. */
  get client(): string {
    const { remoteAddress = '', remotePort = '' } = this.incoming.socket;
    return `${remoteAddress}:${remotePort}`;
  }

  closeWith(fault: FaultStatus): void {
    this.#stop.abort(StreamError.injected(fault, 'Closed by an injected fault.'));
  }

  /** REST has no close signal: each request ends by itself. */
  signalClose(): void {}

  cut(): void {
    this.incoming.socket.destroy();
  }

  /** Stops the request because the server closes. Records that the storage has been given are still answered. */
  shutDown(): void {
    this.#stop.abort(shuttingDown());
  }

  /** Waits before the answer, but not if the request is stopped. */
  async delayAnswer(delayMs: number): Promise<void> {
    await delay(delayMs, undefined, { signal: this.signal }).catch(() => undefined);
  }

  /** Waits until the request is stopped. @throws {@link StreamError} the reason */
  hang(): Promise<never> {
    return new Promise((_resolve, reject) => {
      const { signal } = this;
      const onAbort = (): void => reject(signal.reason);
      if (signal.aborted) {
        onAbort();
      } else {
        signal.addEventListener('abort', onAbort);
      }
    });
  }

  /** Never answers, although the records are stored. If the request is stopped, its connection is cut. */
  async leaveUnanswered(): Promise<never> {
    try {
      return await this.hang();
    } finally {
      this.cut();
    }
  }
}

/** CANCELLED: nothing waits for an answer anymore. */
export function clientLeft(): StreamError {
  return new StreamError(status.CANCELLED, 'The client has left before its request was answered.');
}

/** UNAVAILABLE: the server closes. */
export function shuttingDown(): StreamError {
  return new StreamError(status.UNAVAILABLE, 'zerobus-local is shutting down. Send the request again later.');
}
