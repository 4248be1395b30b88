import { defer, map, type Observable, ReplaySubject, Subject, startWith } from 'rxjs';
import type { SessionEvent } from '../stream/sessionEvent.ts';

/**
 * The state of a stream.
 *
 * - `open`: a connection takes records.
 * - `paused`: the service has announced that it will close the connection. Lasts until the next one is open.
 * - `recovering`: a connection broke, or none is open yet.
 * - `closing`: `close()` was called and not everything is durable.
 * - `closed`, `failed`: the stream has ended.
 */
export type StreamState = 'open' | 'paused' | 'recovering' | 'closing' | 'closed' | 'failed';

/** Counters of a stream at one moment. */
export interface StreamStats {
  /** The state of the stream. */
  readonly state: StreamState;
  /** The offset of the next submission, which is also the number of submissions so far. */
  readonly nextOffset: number;
  /** The last offset up to which everything is durable or was rejected, or -1 before the first. */
  readonly durableOffset: number;
  /** Records in flight: accepted and not durable. */
  readonly inflightRecords: number;
  /** The size of the records in flight in their wire form, in bytes. */
  readonly inflightBytes: number;
  /** Submissions that wait for room in flight. */
  readonly waitingForRoom: number;
  /** Submissions that the service has refused and the option `rejected` has taken in. */
  readonly rejected: number;
  /** Connections on which the service has created the stream. Rotations and recoveries each add one. */
  readonly connections: number;
}

/** The counters that {@link StreamStatus} does not keep itself. */
export type StreamCounters = Omit<StreamStats, 'state' | 'connections'>;

/** The state of a stream, and the observables that report it. */
export class StreamStatus {
  /** The durable watermark. Replays the latest value; completes or errors with the stream. */
  readonly acks$: Observable<number>;
  /** The state. Replays the latest value; completes with the stream. */
  readonly state$: Observable<StreamState>;
  /** The counters: at once, and after every change. Completes with the stream. */
  readonly stats$: Observable<StreamStats>;
  readonly #counters: () => StreamCounters;
  readonly #acks$ = new ReplaySubject<number>(1);
  readonly #state$ = new ReplaySubject<StreamState>(1);
  readonly #changes$ = new Subject<void>();
  #state: StreamState = 'recovering';
  #streamId = '';
  #connections = 0;

  constructor(counters: () => StreamCounters) {
    this.#counters = counters;
    this.acks$ = this.#acks$.asObservable();
    this.state$ = this.#state$.asObservable();
    this.stats$ = defer(() =>
      this.#changes$.pipe(
        startWith(undefined),
        map(() => this.stats),
      ),
    );
  }

  /** The id that the service gave the stream on its latest connection. */
  get streamId(): string {
    return this.#streamId;
  }

  /** Whether the service has ever created the stream. */
  get wasOpen(): boolean {
    return this.#connections > 0;
  }

  /** Whether the stream has ended, closed or failed. */
  get isClosed(): boolean {
    return this.#state === 'closed' || this.#state === 'failed';
  }

  /** The state and the counters, now. */
  get stats(): StreamStats {
    return { state: this.#state, ...this.#counters(), connections: this.#connections };
  }

  /** Follows the engine. A stream that is being closed stays `closing`. */
  onEvent(event: SessionEvent): void {
    switch (event.kind) {
      case 'opened':
        this.#streamId = event.streamId;
        this.#connections++;
        this.#enter('open');
        break;
      case 'paused':
        this.#enter('paused');
        break;
      case 'broken':
        this.#enter('recovering');
        break;
      case 'durable':
        this.#acks$.next(event.offset);
        this.#changes$.next();
        break;
    }
  }

  /** The stream is being closed. */
  close(): void {
    this.#move('closing');
  }

  /** The stream has failed. */
  fail(error: unknown): void {
    this.#end('failed');
    this.#acks$.error(error);
  }

  /** The stream is closed. */
  complete(): void {
    this.#end('closed');
    this.#acks$.complete();
  }

  #enter(state: 'open' | 'paused' | 'recovering'): void {
    if (this.#state !== 'closing') {
      this.#move(state);
    }
    this.#changes$.next();
  }

  #end(state: 'closed' | 'failed'): void {
    this.#move(state);
    this.#changes$.next();
    this.#state$.complete();
    this.#changes$.complete();
  }

  #move(state: StreamState): void {
    this.#state = state;
    this.#state$.next(state);
  }
}
