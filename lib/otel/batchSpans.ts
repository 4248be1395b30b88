import { type Link, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import type { BatchMessage } from '../telemetry/batchChannel.ts';
import type { BatchInfo } from '../telemetry/batchInfo.ts';
import type { StreamInfo } from '../telemetry/streamInfo.ts';
import type { RecordLinks } from './recordLinks.ts';
import { sendAttributes, streamAttributes } from './streamAttributes.ts';

/** Turns the messages about batches into a span for each batch, from sealed to durable. */
export class BatchSpans {
  readonly #tracer: Tracer;
  readonly #links: RecordLinks;
  readonly #spans = new Map<BatchInfo, Span>();

  constructor(tracer: Tracer, links: RecordLinks) {
    this.#tracer = tracer;
    this.#links = links;
  }

  onBatch(message: BatchMessage): void {
    const { kind, stream, batch } = message;
    if (kind === 'sealed') {
      this.#start(stream, batch, this.#links.take(stream, batch));
      return;
    }
    const span = this.#spans.get(batch);
    if (span === undefined) {
      return;
    }
    switch (kind) {
      case 'sent':
        span.addEvent('sent', { 'zerobus.batch.attempt': batch.attempts });
        break;
      case 'durable':
        this.#end(batch, span);
        break;
      case 'split':
        for (const part of message.parts) {
          this.#start(stream, part, [{ context: span.spanContext() }]);
        }
        span.addEvent('split', { 'error.type': message.errorCode });
        this.#end(batch, span);
        break;
      case 'dropped':
        span.addEvent('dropped', { 'messaging.batch.message_count': message.records });
        if (batch.records === 0) {
          this.#end(batch, span);
        }
        break;
      default:
        this.#end(batch, span, message.errorCode ?? 'CANCELLED');
        break;
    }
  }

  /** Ends all spans. Nothing is known of their batches any more. */
  disable(): void {
    for (const [batch, span] of this.#spans) {
      this.#end(batch, span);
    }
  }

  #start(stream: StreamInfo, batch: BatchInfo, links: Link[]): void {
    const attributes = {
      ...streamAttributes(stream),
      ...sendAttributes,
      'messaging.batch.message_count': batch.records,
      'zerobus.batch.bytes': batch.bytes,
    };
    const options = { kind: SpanKind.PRODUCER, attributes, links };
    // The span that is active now is that of the record that has filled the batch, or of nothing.
    this.#spans.set(batch, this.#tracer.startSpan(`send ${stream.table}`, options, ROOT_CONTEXT));
  }

  #end(batch: BatchInfo, span: Span, errorType?: string): void {
    span.setAttribute('zerobus.batch.attempts', batch.attempts);
    if (errorType !== undefined) {
      span.setAttribute('error.type', errorType);
      span.setStatus({ code: SpanStatusCode.ERROR, message: errorType });
    }
    span.end();
    this.#spans.delete(batch);
  }
}
