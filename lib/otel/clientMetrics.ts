import type {
  Attributes,
  Counter,
  Histogram,
  Meter,
  ObservableCallback,
  ObservableUpDownCounter,
} from '@opentelemetry/api';
import type { BatchMessage } from '../telemetry/batchChannel.ts';
import type { ConnectionMessage } from '../telemetry/connectionChannel.ts';
import type { RejectionMessage } from '../telemetry/rejectionChannel.ts';
import type { StreamMessage } from '../telemetry/streamChannel.ts';
import type { TokenMessage } from '../telemetry/tokenChannel.ts';
import { InflightStreams } from './inflightStreams.ts';
import { tableAttributes } from './streamAttributes.ts';

/** The bounds in seconds that the semantic conventions for messaging ask for. */
const secondsBounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

const MILLISECONDS = 1000;

/** Turns the messages of the channels into metrics. */
export class ClientMetrics {
  readonly #streams = new InflightStreams();
  readonly #sent: Counter;
  readonly #duration: Histogram;
  readonly #ackLag: Histogram;
  readonly #replayed: Counter;
  readonly #reconnects: Counter;
  readonly #rejected: Counter;
  readonly #dropped: Counter;
  readonly #tokens: Counter;
  readonly #observed: readonly (readonly [ObservableUpDownCounter, ObservableCallback])[];

  constructor(meter: Meter) {
    const messages = (name: string, description: string): Counter =>
      meter.createCounter(name, { unit: '{message}', description });
    const seconds = (name: string, description: string): Histogram =>
      meter.createHistogram(name, { unit: 's', description, advice: { explicitBucketBoundaries: secondsBounds } });
    // The descriptions of these two are those of the conventions, since other instrumentations have them, too.
    this.#sent = messages(
      'messaging.client.sent.messages',
      'Number of messages producer attempted to send to the broker.',
    );
    this.#duration = seconds(
      'messaging.client.operation.duration',
      'Duration of messaging operation initiated by a producer or consumer client.',
    );
    this.#ackLag = seconds('zerobus.client.ack.lag', 'Time from the last sending of a batch to its ack.');
    this.#replayed = messages('zerobus.client.replayed.messages', 'Records that were sent again on a new connection.');
    this.#reconnects = meter.createCounter('zerobus.client.reconnects', {
      unit: '{reconnect}',
      description: 'Attempts to connect after the first, by why the connection before broke.',
    });
    this.#rejected = messages('zerobus.client.rejected.messages', 'Records that were handed to the option rejected.');
    this.#dropped = messages('zerobus.client.dropped.messages', 'Records that the option overflow has dropped.');
    this.#tokens = meter.createCounter('zerobus.client.token.refreshes', {
      unit: '{refresh}',
      description: 'Requests for a token that have ended.',
    });
    const inflightMessages = meter.createObservableUpDownCounter('zerobus.client.inflight.messages', {
      unit: '{message}',
      description: 'Records that were accepted and are not durable.',
    });
    const inflightBytes = meter.createObservableUpDownCounter('zerobus.client.inflight.bytes', {
      unit: 'By',
      description: 'Bytes of the records that were accepted and are not durable.',
    });
    this.#observed = [
      [inflightMessages, (result) => this.#streams.observe((s) => s.inflightRecords, result.observe.bind(result))],
      [inflightBytes, (result) => this.#streams.observe((s) => s.inflightBytes, result.observe.bind(result))],
    ];
    for (const [instrument, callback] of this.#observed) {
      instrument.addCallback(callback);
    }
  }

  /** Stops observing what is in flight. */
  disable(): void {
    for (const [instrument, callback] of this.#observed) {
      instrument.removeCallback(callback);
    }
  }

  onStream(message: StreamMessage): void {
    const { stream, kind } = message;
    if (kind === 'dropped') {
      this.#dropped.add(message.records, this.#streams.of(stream).attributes);
    } else if (kind === 'opened') {
      const { attributes } = this.#streams.of(stream);
      // What has not happened yet is seen as zero, not as missing.
      for (const counter of [this.#replayed, this.#reconnects, this.#rejected, this.#dropped]) {
        counter.add(0, attributes);
      }
    } else {
      this.#streams.close(stream);
    }
  }

  onConnection(message: ConnectionMessage): void {
    const { attributes } = this.#streams.of(message.stream);
    if (message.kind === 'replayed') {
      this.#replayed.add(message.records, attributes);
    } else if (message.kind === 'connecting' && !message.isFirst) {
      this.#reconnects.add(1, withError(attributes, message.errorCode));
    }
  }

  onBatch(message: BatchMessage): void {
    const { kind, stream, batch } = message;
    if (kind !== 'durable' && kind !== 'rejected' && kind !== 'abandoned') {
      return;
    }
    const destination = this.#streams.of(stream);
    const error = kind === 'durable' ? undefined : (message.errorCode ?? 'CANCELLED');
    const sending = withError(destination.sending, error);
    this.#duration.record(message.durationMs / MILLISECONDS, sending);
    if (batch.attempts > 0) {
      this.#sent.add(batch.records, sending);
    }
    if (kind === 'durable') {
      this.#ackLag.record(message.ackMs / MILLISECONDS, destination.attributes);
    }
  }

  onRejection({ stream, records, errorCode }: RejectionMessage): void {
    this.#rejected.add(records, withError(this.#streams.of(stream).attributes, errorCode));
  }

  onToken(message: TokenMessage): void {
    const { kind, table } = message;
    if (kind !== 'requested') {
      const error = kind === 'failed' ? message.errorCode : kind === 'cancelled' ? 'CANCELLED' : undefined;
      this.#tokens.add(1, withError(tableAttributes(table), error));
    }
  }
}

function withError(attributes: Attributes, errorType: string | undefined): Attributes {
  return errorType === undefined ? attributes : { ...attributes, 'error.type': errorType };
}
