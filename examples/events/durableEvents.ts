import { Subject, type Subscription, tap } from 'rxjs';
import {
  type ConnectionOptions,
  encodeRow,
  isZerobusError,
  recover,
  type StreamOptions,
  type TableDefinition,
  throughZerobus,
  type ZerobusEvent,
} from 'rxjs-zerobus';
import { NotDurable } from './notDurable.ts';
import { type Durable, PendingRequest } from './pendingRequest.ts';

/** Options of {@link DurableEvents}. */
export interface DurableEventsOptions {
  /** The workspace, and what jitter is drawn from. */
  readonly connection: ConnectionOptions & Pick<StreamOptions, 'random'>;
  /** The number of events in flight at which requests are refused, and the most events of one request. */
  readonly window: number;
  /** The longest time until everything in flight is durable once the service ends, in milliseconds. */
  readonly drainMs: number;
  /** Called with what an operator should know, such as why a stream has failed. */
  readonly log: (line: string) => void;
}

/** The state of the stream. Events are taken while it is opening, open or reconnecting. */
export type StreamState = 'opening' | 'open' | 'reconnecting' | 'waiting' | 'failed' | 'draining' | 'drained';

interface Arrival {
  readonly record: Uint8Array;
  readonly request: PendingRequest;
}

/** A stream into a table for a service: each request is answered when its events are durable. */
export class DurableEvents<Row extends object> {
  readonly #table: TableDefinition<Row>;
  readonly #options: DurableEventsOptions;
  readonly #arrivals$ = new Subject<Arrival>();
  readonly #pending = new Set<PendingRequest>();
  readonly #counts = { taken: 0, durable: 0, bad: 0, refused: 0, notKnown: 0, reconnects: 0, streams: 0 };
  readonly #drained: Promise<void>;
  #resolveDrained = (): void => {};
  #subscription: Subscription | undefined;
  #state: StreamState = 'opening';
  #isFull = false;

  constructor(table: TableDefinition<Row>, options: DurableEventsOptions) {
    this.#table = table;
    this.#options = options;
    this.#drained = new Promise((resolve) => {
      this.#resolveDrained = resolve;
    });
  }

  /** Opens the stream. If it fails for a reason that may pass, another one follows, until {@link drain}. */
  open(): void {
    const { connection, window, drainMs } = this.#options;
    this.#subscription = this.#arrivals$
      .pipe(
        throughZerobus(this.#table, {
          ...connection,
          row: ({ record }) => record,
          // The other half is for the request that is taken when the window is almost full.
          maxInflightRecords: 2 * window,
          backpressure: { next: (isHigh) => (this.#isFull = isHigh) },
          // Only if the table has changed: what does not fit its definition is refused before it gets here.
          rejected: ({ value: { request }, error }) => this.#settle(request, error.message),
          maxRejectionsInARow: Number.POSITIVE_INFINITY,
          // A request waits for its answer. So a stream gives up within a minute, and the next one begins.
          recoveryRetries: 3,
          serverLackOfAckTimeoutMs: 10_000,
          flushTimeoutMs: drainMs,
          events: { next: (event) => this.#observe(event) },
        }),
        tap({ error: (error) => this.#fail(error) }),
        recover({ recoveryRetries: Number.POSITIVE_INFINITY, recoveryBackoffMaxMs: 10_000, random: connection.random }),
      )
      .subscribe({
        next: ({ request }) => this.#settle(request),
        error: () => this.#move('failed'),
        complete: () => this.#resolveDrained(),
      });
  }

  /**
   * Takes the events of a request: all of them, or none.
   *
   * @returns a promise that resolves when all of them are durable, and rejects with {@link NotDurable} otherwise
   */
  async add(rows: readonly Row[]): Promise<Durable> {
    const refusal = this.#refusal();
    if (refusal !== undefined) {
      this.#counts.refused++;
      throw refusal;
    }
    const records = this.#encode(rows);
    const offset = this.#counts.taken + records.length - 1;
    this.#counts.taken += records.length;
    return new Promise((resolve, reject) => {
      const request = new PendingRequest(records.length, offset, resolve, reject);
      this.#pending.add(request);
      for (const record of records) {
        this.#arrivals$.next({ record, request });
      }
    });
  }

  /**
   * Takes no more events, and waits until what is in flight is durable, or until the deadline.
   *
   * @returns the number of events that are not known to be durable, whose requests are answered so
   */
  async drain(): Promise<number> {
    if (this.#state === 'waiting' || this.#state === 'failed') {
      this.#resolveDrained();
    }
    const { notKnown } = this.#counts;
    this.#state = 'draining';
    this.#arrivals$.complete();
    await this.#drained;
    this.#subscription?.unsubscribe();
    this.#state = 'drained';
    this.#options.log(`Drained: ${JSON.stringify(this.counters)}`);
    return this.#counts.notKnown - notKnown;
  }

  /** Whether the process is of use, and whether it takes events now. */
  get health(): { readonly live: boolean; readonly ready: boolean; readonly stream: StreamState } {
    const isReady = this.#state === 'open' || this.#state === 'reconnecting';
    return { live: this.#state !== 'failed', ready: isReady, stream: this.#state };
  }

  /** What has happened so far: requests that were refused, and numbers of events for all else. */
  get counters(): Readonly<Record<string, number>> {
    let inflight = 0;
    for (const { left } of this.#pending) {
      inflight += left;
    }
    return { ...this.#counts, inflight };
  }

  #refusal(): NotDurable | undefined {
    switch (this.#state) {
      case 'waiting':
      case 'failed':
        return new NotDurable('UNAVAILABLE', 'The table cannot be reached. Send the events again later.');
      case 'draining':
      case 'drained':
        return new NotDurable('DRAINING', 'The service ends. Send the events again, to another one.');
      default:
        return this.#isFull
          ? new NotDurable('WINDOW_FULL', 'Too many events are in flight. Send the events again later.')
          : undefined;
    }
  }

  #encode(rows: readonly Row[]): readonly Uint8Array[] {
    const { window } = this.#options;
    try {
      if (rows.length === 0 || rows.length > window) {
        throw new NotDurable('BAD_EVENTS', `A request has 1 to ${window} events, got ${rows.length}.`);
      }
      return rows.map((row, index) => encodeRow(this.#table, row, index));
    } catch (error) {
      this.#counts.bad += rows.length;
      throw isZerobusError(error) ? new NotDurable('BAD_EVENTS', error.message) : error;
    }
  }

  #settle(request: PendingRequest, rejection?: string): void {
    this.#counts[rejection === undefined ? 'durable' : 'bad']++;
    if (request.settle(rejection)) {
      this.#pending.delete(request);
    }
  }

  /** Answers everything in flight, since a stream has ended: its events may be durable or not. */
  #fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const reason = new NotDurable('NOT_KNOWN', 'The events may not be durable. Send them again.');
    let left = 0;
    for (const request of this.#pending) {
      left += request.left;
      request.fail(reason);
    }
    this.#pending.clear();
    this.#counts.notKnown += left;
    this.#options.log(`The stream has failed, and ${left} events are not known to be durable: ${message}`);
    if (this.#state === 'draining') {
      this.#resolveDrained();
    }
    this.#move('waiting');
  }

  #observe({ kind }: ZerobusEvent): void {
    if (kind === 'opened') {
      this.#counts.streams++;
      this.#move('open');
    } else if (kind === 'broken') {
      this.#counts.reconnects++;
      this.#move(this.#state === 'open' ? 'reconnecting' : this.#state);
    } else if (kind === 'connecting') {
      this.#move(this.#state === 'waiting' ? 'opening' : this.#state);
    }
  }

  /** Changes the state, unless the service ends. */
  #move(state: StreamState): void {
    if (this.#state !== 'draining' && this.#state !== 'drained') {
      this.#state = state;
    }
  }
}
