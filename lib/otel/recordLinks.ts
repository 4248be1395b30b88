import { context, type Link, type SpanContext, TraceFlags, trace } from '@opentelemetry/api';
import type { BatchInfo } from '../telemetry/batchInfo.ts';
import type { RecordMessage } from '../telemetry/recordChannel.ts';
import type { StreamInfo } from '../telemetry/streamInfo.ts';

/** The span in which a record was submitted, and the place of the record in the open batch. */
interface PlacedLink {
  readonly index: number;
  readonly link: Link;
}

/** What is known of an open batch. */
interface OpenBatch {
  readonly links: PlacedLink[];
  /** The place of the record that has entered last. */
  lastIndex: number;
}

/** Collects the sampled spans in which the records of each open batch were submitted. */
export class RecordLinks {
  readonly #most: number;
  readonly #open = new WeakMap<StreamInfo, OpenBatch>();

  /** @param most the most links of a batch. Once an open batch has as many, its other records are not looked at */
  constructor(most: number) {
    this.#most = most;
  }

  /** Looks at the active span when a record enters. */
  onRecord({ stream, index }: RecordMessage): void {
    const { links } = this.#enter(stream, index);
    // The record before had this place, and was refused.
    while ((links.at(-1)?.index ?? -1) >= index) {
      links.pop();
    }
    const spanContext = links.length < this.#most ? sampledSpan() : undefined;
    if (spanContext !== undefined && !links.some(({ link }) => link.context.spanId === spanContext.spanId)) {
      links.push({ index, link: { context: spanContext } });
    }
  }

  /** Returns the links of a batch that is sealed now, and forgets them. */
  take(stream: StreamInfo, { records, isWhole }: BatchInfo): Link[] {
    if (isWhole) {
      return this.#activeLinks();
    }
    const open = this.#open.get(stream);
    if (open === undefined) {
      return [];
    }
    // A record that no longer fits seals the batch before it, and is the first of the next one. Its span is active.
    const next = open.lastIndex >= records ? this.#activeLinks().map((link) => ({ index: 0, link })) : [];
    this.#open.set(stream, { links: next, lastIndex: -1 });
    return open.links.filter(({ index }) => index < records).map(({ link }) => link);
  }

  #activeLinks(): Link[] {
    const spanContext = this.#most > 0 ? sampledSpan() : undefined;
    return spanContext === undefined ? [] : [{ context: spanContext }];
  }

  #enter(stream: StreamInfo, index: number): OpenBatch {
    const known = this.#open.get(stream);
    if (known !== undefined) {
      known.lastIndex = index;
      return known;
    }
    const open = { links: [], lastIndex: index };
    this.#open.set(stream, open);
    return open;
  }
}

/** Returns the active span, if it is sampled. */
function sampledSpan(): SpanContext | undefined {
  const spanContext = trace.getSpanContext(context.active());
  return spanContext !== undefined && (spanContext.traceFlags & TraceFlags.SAMPLED) !== 0 ? spanContext : undefined;
}
