import { debuglog } from 'node:util';
import type { Observer, SchedulerLike } from 'rxjs';
import { isZerobusError, ZerobusError, type ZerobusErrorCode } from '../errors/zerobusError.ts';
import { eventText } from './eventText.ts';
import type { Outbox } from './outbox.ts';
import type { SessionEvent } from './sessionEvent.ts';
import type { StreamTelemetry } from './streamTelemetry.ts';
import type { ZerobusEvent, ZerobusEventDetails } from './zerobusEvent.ts';

/** Options of {@link EventReporter}. */
export interface EventReporterOptions {
  /** `catalog.schema.table` */
  readonly tableName: string;
  readonly scheduler: SchedulerLike;
  readonly events?: Partial<Observer<ZerobusEvent>> | undefined;
  /** The number of the stream among those of an operator. Defaults to the only one, which has no number. */
  readonly stream?: number | undefined;
  /** Returns what publishes the events to the diagnostics channels. */
  readonly telemetry: () => StreamTelemetry;
}

/** Failures that concern a record. The service's message may quote it. */
const codesAboutRecords: ReadonlySet<ZerobusErrorCode> = new Set<ZerobusErrorCode>([
  'INVALID_RECORD',
  'INVALID_SCHEMA',
  'INVALID_ARGUMENT',
  'OUT_OF_RANGE',
  'RECORD_TOO_LARGE',
  'REJECTION_FAILED',
  'TOO_MANY_REJECTIONS',
]);

const debug = debuglog('rxjs-zerobus');
let streamCount = 0;

/**
 * Reports the events of one stream: to the observer, to stderr with `NODE_DEBUG=rxjs-zerobus`, and to the diagnostics
 * channels. Whatever the observer throws does not reach the stream.
 */
export class EventReporter {
  readonly #options: EventReporterOptions;
  readonly #streamNumber = ++streamCount;
  #hasWarned = false;
  #isClosed = false;

  constructor(options: EventReporterOptions) {
    this.#options = options;
  }

  /** Whether there is an observer or `NODE_DEBUG`. If not, only the channels may have subscribers. */
  get isObserved(): boolean {
    return this.#options.events !== undefined || debug.enabled;
  }

  /** Reports an event. Nothing follows the end of the stream, even if it has ended from within another event. */
  report(event: ZerobusEventDetails): void {
    if (this.#isClosed) {
      return;
    }
    this.#isClosed = event.kind === 'closed';
    const { events, scheduler, tableName, stream, telemetry } = this.#options;
    telemetry().onEvent(event);
    if (this.#isClosed && event.kind !== 'closed') {
      return;
    }
    if (debug.enabled) {
      debug('%s #%d %s', tableName, this.#streamNumber, eventText(event));
    }
    if (events === undefined) {
      return;
    }
    try {
      const result: unknown = events.next?.({
        at: scheduler.now(),
        ...(stream === undefined ? {} : { stream }),
        ...event,
      });
      // An async function returns a promise, whatever the type of the observer says.
      if (typeof result === 'object' && result !== null && 'then' in result) {
        Promise.resolve(result).catch(() => this.#warn());
      }
    } catch {
      this.#warn();
    }
  }

  /** Reports an event of a session. `outbox` has what is sent again. */
  onSessionEvent(event: SessionEvent, outbox: Pick<Outbox<unknown>, 'replay'>): void {
    if (event.kind === 'durable') {
      // One of several streams counts offsets of its own.
      if (this.#options.stream === undefined) {
        this.report(event);
      }
    } else if (event.kind === 'opened') {
      this.report(event);
      const { records, batches } = outbox.replay();
      if (batches > 0) {
        this.report({ kind: 'replayed', records, batches });
      }
    } else if (event.kind === 'paused') {
      this.report({ kind: 'rotation', closesInMs: event.durationMs });
    }
  }

  /** Reports a connection that broke. */
  onBroken(error: unknown): void {
    this.report({ kind: 'broken', error: withoutRecords(error) });
  }

  /** Reports a rejected record, or a rejected batch of the user's with this number of records. */
  onRejected(offset: number, records: number, error: ZerobusError): void {
    this.report({ kind: 'rejected', offset, error: withoutRecords(error) });
    if (!this.#isClosed) {
      this.#options.telemetry().onRejected(offset, records, error.code);
    }
  }

  /** Reports that the stream has failed. */
  onFailure(error: unknown): void {
    this.report({ kind: 'closed', reason: 'failed', error: withoutRecords(error) });
  }

  /** A warning, because an error thrown in a turn of its own would end the process. */
  #warn(): void {
    if (this.#hasWarned) {
      return;
    }
    this.#hasWarned = true;
    process.emitWarning('The observer of the option events threw an error, which was ignored.', {
      type: 'ZerobusWarning',
      code: 'EVENTS_OBSERVER_FAILED',
    });
  }
}

/** Returns a callback for backpressure that also reports it: first to the observer of events, then to the source. */
export function withReports(
  onPressure: ((isHigh: boolean) => void) | undefined,
  reporter: EventReporter,
): ((isHigh: boolean) => void) | undefined {
  if (!reporter.isObserved) {
    return onPressure;
  }
  let latest = false;
  let notified = false;
  return (isHigh) => {
    latest = isHigh;
    reporter.report({ kind: isHigh ? 'paused' : 'resumed' });
    // The observer of events may have changed the load from within, and the source was notified of that.
    if (latest === isHigh && notified !== isHigh) {
      notified = isHigh;
      onPressure?.(isHigh);
    }
  };
}

/** Returns the reason without anything that may quote a record. The error of the stream itself has it all. */
function withoutRecords(error: unknown): ZerobusError {
  if (!isZerobusError(error)) {
    return new ZerobusError('INTERNAL', 'An unexpected error: the error of the stream has its cause.', {
      isRetryable: false,
    });
  }
  const { code, isRetryable, schemaCauses } = error;
  if (!codesAboutRecords.has(code)) {
    return error.with({ unacked: [] });
  }
  return new ZerobusError(code, 'The service refused a record or the schema: the error of the stream says why.', {
    isRetryable,
    schemaCauses,
  });
}
