import { context, type Link, TraceFlags, trace } from '@opentelemetry/api';
import type { BatchInfo } from '../telemetry/batchInfo.ts';
import type { RecordMessage } from '../telemetry/recordChannel.ts';
import type { StreamInfo } from '../telemetry/streamInfo.ts';

/** The span in which a record was submitted, and the place of the record in the open batch. */
interface PlacedLink {
  readonly index: number;
  readonly link: Link;
}

/** Collects the sampled spans in which the records of each open batch were submitted. */
export class RecordLinks {
  readonly #most: number;
  readonly #open = new WeakMap<StreamInfo, PlacedLink[]>();

  /** @param most the most links of a batch. Once an open batch has as many, its other records are not looked at */
  constructor(most: number) {
    this.#most = most;
  }

  /** Looks at the active span when a record enters. */
  onRecord({ stream, index }: RecordMessage): void {
    const links = this.#open.get(stream);
    // The record before had this place, and was refused.
    while (links !== undefined && (links.at(-1)?.index ?? -1) >= index) {
      links.pop();
    }
    if ((links?.length ?? 0) >= this.#most) {
      return;
    }
    const spanContext = trace.getSpanContext(context.active());
    if (spanContext === undefined || (spanContext.traceFlags & TraceFlags.SAMPLED) === 0) {
      return;
    }
    const placed = { index, link: { context: spanContext } };
    if (links === undefined) {
      this.#open.set(stream, [placed]);
    } else if (!links.some(({ link }) => link.context.spanId === spanContext.spanId)) {
      links.push(placed);
    }
  }

  /** Returns the links of a batch that is sealed now, and forgets them. */
  take(stream: StreamInfo, { records, isWhole }: BatchInfo): Link[] {
    if (isWhole) {
      const spanContext = trace.getSpanContext(context.active());
      const isSampled = spanContext !== undefined && (spanContext.traceFlags & TraceFlags.SAMPLED) !== 0;
      return isSampled && this.#most > 0 ? [{ context: spanContext }] : [];
    }
    const links = this.#open.get(stream);
    if (links === undefined) {
      return [];
    }
    // A record that no longer fits seals the batch before it, and is the first of the next one.
    const next = links.filter(({ index }) => index >= records).map(({ link }) => ({ index: 0, link }));
    this.#open.set(stream, next);
    return links.filter(({ index }) => index < records).map(({ link }) => link);
  }
}
