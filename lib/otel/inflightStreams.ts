import type { Attributes } from '@opentelemetry/api';
import type { StreamInfo } from '../telemetry/streamInfo.ts';
import { sendAttributes, streamAttributes } from './streamAttributes.ts';

/** One table of one service. */
export interface Destination {
  /** The attributes of what is about it. */
  readonly attributes: Attributes;
  /** The attributes of sending to it. */
  readonly sending: Attributes;
  /** The streams that are open. */
  readonly streams: Set<StreamInfo>;
}

/**
 * The open streams by their attributes.
 *
 * A destination stays when its last stream is closed, so that what was in flight is seen to return to zero.
 */
export class InflightStreams {
  readonly #destinations = new Map<string, Destination>();
  readonly #ofStream = new WeakMap<StreamInfo, Destination>();

  /** Returns the destination of a stream. If the stream is not known, it was open before, and is added. */
  of(stream: StreamInfo): Destination {
    return this.#ofStream.get(stream) ?? this.#add(stream);
  }

  /** Removes a stream that is closed. */
  close(stream: StreamInfo): void {
    this.of(stream).streams.delete(stream);
  }

  #add(stream: StreamInfo): Destination {
    const { table, serverAddress, serverPort } = stream;
    const key = JSON.stringify([table, serverAddress, serverPort]);
    const known = this.#destinations.get(key);
    const attributes = known?.attributes ?? streamAttributes(stream);
    const destination = known ?? { attributes, sending: { ...attributes, ...sendAttributes }, streams: new Set() };
    this.#destinations.set(key, destination);
    destination.streams.add(stream);
    this.#ofStream.set(stream, destination);
    return destination;
  }

  /** Calls back with the sum over all streams of each destination. */
  observe(read: (stream: StreamInfo) => number, observe: (sum: number, attributes: Attributes) => void): void {
    for (const { attributes, streams } of this.#destinations.values()) {
      let sum = 0;
      for (const stream of streams) {
        sum += read(stream);
      }
      observe(sum, attributes);
    }
  }
}
