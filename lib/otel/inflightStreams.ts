import type { Attributes } from '@opentelemetry/api';
import type { StreamInfo } from '../telemetry/streamInfo.ts';
import { streamAttributes } from './streamAttributes.ts';

/** The streams into one table of one service, and their attributes. */
interface Destination {
  readonly attributes: Attributes;
  readonly streams: Set<StreamInfo>;
}

/**
 * The open streams by their attributes.
 *
 * A destination stays when its last stream is closed, so that what was in flight is seen to return to zero.
 */
export class InflightStreams {
  readonly #destinations = new Map<string, Destination>();
  readonly #attributes = new WeakMap<StreamInfo, Attributes>();

  /** Returns the attributes of a stream. */
  attributesOf(stream: StreamInfo): Attributes {
    return this.#attributes.get(stream) ?? this.open(stream);
  }

  /** Adds a stream, which may have been open before. Returns its attributes. */
  open(stream: StreamInfo): Attributes {
    const { table, serverAddress, serverPort } = stream;
    const key = JSON.stringify([table, serverAddress, serverPort]);
    const destination = this.#destinations.get(key) ?? { attributes: streamAttributes(stream), streams: new Set() };
    this.#destinations.set(key, destination);
    destination.streams.add(stream);
    this.#attributes.set(stream, destination.attributes);
    return destination.attributes;
  }

  /** Removes a stream that is closed. */
  close(stream: StreamInfo): void {
    for (const { streams } of this.#destinations.values()) {
      streams.delete(stream);
    }
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
