import type { SchedulerLike } from 'rxjs';
import type { ZerobusErrorCode } from '../errors/zerobusError.ts';
import { type ConnectionMessage, connectionChannel } from '../telemetry/connectionChannel.ts';
import { processCounter } from '../telemetry/processCounter.ts';
import { rejectionChannel } from '../telemetry/rejectionChannel.ts';
import { type StreamMessage, streamChannel } from '../telemetry/streamChannel.ts';
import type { StreamInfo } from '../telemetry/streamInfo.ts';
import type { DetailsOf } from '../telemetry/typedChannel.ts';
import { monotonicNow } from '../time/monotonicNow.ts';
import { BatchTelemetry } from './batchTelemetry.ts';
import type { Outbox } from './outbox.ts';
import type { ZerobusEventDetails } from './zerobusEvent.ts';

/** Options of {@link StreamTelemetry}. */
export interface StreamTelemetryOptions {
  /** `catalog.schema.table` */
  readonly tableName: string;
  readonly scheduler: SchedulerLike;
  /** The URL of the endpoint. Defaults to an unknown one. */
  readonly endpoint?: string | undefined;
  /** The number of the stream among those of an operator. Defaults to the only one, which has no number. */
  readonly number?: number | undefined;
  /** Everything that is not durable. */
  readonly outbox: () => Pick<Outbox<unknown>, 'recordCount' | 'byteCount'>;
}

const nextStreamId = processCounter('streams');

/** Publishes the events of one stream to the diagnostics channels. Without a subscriber, that costs nothing. */
export class StreamTelemetry {
  readonly stream: StreamInfo;
  readonly batches: BatchTelemetry;
  readonly #scheduler: SchedulerLike;
  #connectingAt = 0;
  #hasConnected = false;
  /** Whether a connection is attempted or open, and has not ended. */
  #isConnected = false;
  #isOver = false;
  /** The reason the last connection broke. */
  #brokenBy: ZerobusErrorCode | undefined;

  constructor(options: StreamTelemetryOptions) {
    this.#scheduler = options.scheduler;
    this.stream = infoOf(options);
    this.batches = new BatchTelemetry(this.stream, options.scheduler);
  }

  /** Whether the stream has ended. Nothing is published afterwards. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The stream begins. */
  onOpened(): void {
    this.#publishStream({ kind: 'opened' });
    this.batches.onOpened();
  }

  /** The connection has ended in order, or with the stream. Only the first call about a connection has an effect. */
  onConnectionClosed(): void {
    if (!this.#isConnected) {
      return;
    }
    this.#isConnected = false;
    this.#publishConnection({ kind: 'closed', durationMs: this.#sinceConnecting() });
  }

  /** A record is handed to the option `rejected`. */
  onRejected(offset: number, records: number, errorCode: ZerobusErrorCode): void {
    if (rejectionChannel.hasSubscribers) {
      rejectionChannel.publish({ stream: this.stream, offset, records, errorCode });
    }
  }

  /** Publishes an event, if one of the channels carries it. */
  onEvent(event: ZerobusEventDetails): void {
    switch (event.kind) {
      case 'connecting':
        this.#onConnecting();
        break;
      case 'opened':
        this.#publishConnection({ ...event, durationMs: this.#sinceConnecting() });
        break;
      case 'broken':
        this.#brokenBy = event.error.code;
        this.#isConnected = false;
        this.#publishConnection({ kind: 'broken', errorCode: event.error.code, durationMs: this.#sinceConnecting() });
        break;
      case 'replayed':
      case 'rotation':
      case 'retry':
        this.#publishConnection(event);
        break;
      case 'dropped':
        this.#publishStream({ kind: 'dropped', records: event.count });
        break;
      case 'closed':
        this.#onClosed(event);
        break;
      default:
        break;
    }
  }

  #onConnecting(): void {
    this.#connectingAt = monotonicNow(this.#scheduler);
    this.#isConnected = true;
    this.#publishConnection({ kind: 'connecting', isFirst: !this.#hasConnected, errorCode: this.#brokenBy });
    this.#hasConnected = true;
    this.#brokenBy = undefined;
  }

  #onClosed(event: ZerobusEventDetails & { readonly kind: 'closed' }): void {
    this.#isOver = true;
    const errorCode = event.reason === 'failed' ? event.error.code : undefined;
    this.batches.end(errorCode);
    // The connection is canceled only after this.
    this.onConnectionClosed();
    if (event.reason === 'failed') {
      this.#publishStream({ kind: 'closed', reason: 'failed', errorCode: event.error.code });
    } else {
      this.#publishStream({ kind: 'closed', reason: event.reason });
    }
  }

  #sinceConnecting(): number {
    return connectionChannel.hasSubscribers ? monotonicNow(this.#scheduler) - this.#connectingAt : 0;
  }

  #publishStream(details: DetailsOf<StreamMessage>): void {
    if (streamChannel.hasSubscribers) {
      streamChannel.publish({ stream: this.stream, ...details });
    }
  }

  #publishConnection(details: DetailsOf<ConnectionMessage>): void {
    if (connectionChannel.hasSubscribers) {
      connectionChannel.publish({ stream: this.stream, ...details });
    }
  }
}

function infoOf({ tableName, endpoint, number, outbox }: StreamTelemetryOptions): StreamInfo {
  const url = endpoint === undefined ? undefined : new URL(endpoint);
  return {
    id: nextStreamId(),
    table: tableName,
    serverAddress: url?.hostname.replace(/^\[|\]$/g, ''),
    serverPort: url === undefined ? undefined : Number(url.port || (url.protocol === 'http:' ? 80 : 443)),
    number,
    get inflightRecords() {
      return outbox().recordCount;
    },
    get inflightBytes() {
      return outbox().byteCount;
    },
  };
}
