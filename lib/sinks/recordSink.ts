import { Observable, Subject, Subscription } from 'rxjs';
import { isZerobusError, type RecordPayload, ZerobusError } from '../errors/zerobusError.ts';
import { TimeSlice } from '../inputs/timeSlice.ts';
import type { Ingestion } from '../stream/ingestion.ts';
import type { IngestionFactory } from '../stream/ingestionFactory.ts';
import { ingestSource } from '../stream/ingestSource.ts';
import { type Rejected, rejectionTaker } from '../stream/rejected.ts';
import type { ZerobusRecord } from '../stream/streamTable.ts';
import { ValueRing } from '../stream/valueRing.ts';
import { watermarkForm } from '../stream/watermarkForm.ts';

/** What a {@link RecordSink} is made of. */
export interface RecordSinkParts {
  readonly make: IngestionFactory['make'];
  readonly rejected: Rejected<unknown> | undefined;
}

/** Notified of what happens in a {@link RecordSink}. */
export interface RecordSinkObserver {
  /** There is room again. */
  readonly onRoom: () => void;
  /** The records up to this offset are durable. */
  readonly onDurable: (offset: number) => void;
  /** The stream has failed. See {@link RecordSink.handBack}. */
  readonly onFailure: (failure: unknown) => void;
  /** Everything is durable after {@link RecordSink.end}. */
  readonly onComplete: () => void;
}

/** The engine behind a stream that is written to: records in by calls, and room for more as a flag. */
export class RecordSink {
  readonly #make: IngestionFactory['make'];
  readonly #rejected: Rejected<unknown> | undefined;
  readonly #source = new Subject<ZerobusRecord>();
  readonly #subscription = new Subscription();
  #ingestion: Ingestion<ZerobusRecord> | undefined;
  /** The record that ended the stream. The stream fails as soon as those before it are durable. */
  #refused: readonly ZerobusRecord[] = [];
  #isPaused = false;
  /** Records that come in microtasks would keep the event loop from the socket. */
  readonly #slice = new TimeSlice(() => performance.now());
  #turn: NodeJS.Immediate | undefined;
  #onRoom: () => void = () => {};

  constructor({ make, rejected }: RecordSinkParts) {
    this.#make = make;
    this.#rejected = rejected;
  }

  /** Opens the stream. Call this once. */
  open({ onRoom, onDurable, onFailure, onComplete }: RecordSinkObserver): void {
    const rejected = this.#rejected;
    const values = rejected && new ValueRing<ZerobusRecord>();
    const ingestion = this.#make({
      onPressure: (isHigh) => {
        this.#isPaused = isHigh;
        if (this.hasRoom) {
          onRoom();
        }
      },
      rejectionTaker: values && rejectionTaker(values, rejected),
    });
    this.#ingestion = ingestion;
    this.#onRoom = onRoom;
    const durable$ = new Observable<number>((subscriber) =>
      ingestSource(this.#source, ingestion, subscriber, watermarkForm(subscriber, values)),
    );
    this.#subscription.add(durable$.subscribe({ next: onDurable, error: onFailure, complete: onComplete }));
  }

  /** Whether records are accepted, few enough are in flight, and the event loop has had its turn. */
  get hasRoom(): boolean {
    return !this.#isPaused && this.#turn === undefined && this.#source.observed;
  }

  /** The last durable offset, -1 before the first. */
  get durableOffset(): number {
    return this.#ingestion?.durableOffset ?? -1;
  }

  /** Accepts a record, which is serialized at once. Call this only if {@link hasRoom}. */
  add(record: ZerobusRecord): void {
    this.#source.next(record);
    if (!this.#source.observed) {
      this.#refused = [record];
    } else if (this.#slice.isOver()) {
      this.#turn = setImmediate(() => this.#onTurn());
    }
  }

  /** Ends the stream: what was accepted becomes durable. */
  end(): void {
    this.#source.complete();
  }

  /** Cancels everything at once. */
  cancel(): void {
    clearImmediate(this.#turn);
    this.#subscription.unsubscribe();
  }

  /**
   * Adds the records that were not accepted to an error that the observer was notified of. It has the others already.
   *
   * @param rest the records that were written and not accepted
   */
  failed(failure: ZerobusError, rest: readonly ZerobusRecord[]): ZerobusError {
    return failure.with({ unacked: () => [...failure.unacked, ...this.#serialize(rest)] });
  }

  /**
   * Returns an error with everything that is not durable, for a stream that is canceled.
   *
   * @param cause the reason, if there is one
   * @param rest the records that were written and not accepted
   */
  cancelled(cause: unknown, rest: readonly ZerobusRecord[]): ZerobusError {
    return new ZerobusError('CANCELLED', 'The stream was canceled: its unacked has the records that are not durable.', {
      ...(cause === undefined ? {} : { cause }),
      isRetryable: false,
      unacked: () => [...unackedOf(this.#ingestion), ...this.#serialize([...this.#refused, ...rest])],
    });
  }

  #onTurn(): void {
    this.#turn = undefined;
    this.#slice.start();
    if (this.hasRoom) {
      this.#onRoom();
    }
  }

  /** Returns records that were not accepted as they would have been sent. Those that cannot be sent are left out. */
  #serialize(records: readonly ZerobusRecord[]): RecordPayload[] {
    const payloads: RecordPayload[] = [];
    let spare = this.#make();
    for (const record of records) {
      try {
        spare.add(record);
      } catch (error) {
        payloads.push(...unackedOf(spare), ...(isZerobusError(error) ? error.unacked : []));
        spare = this.#make();
      }
      // Nothing is sent, so there is nothing to wait for.
      spare.release();
    }
    return [...payloads, ...unackedOf(spare)];
  }
}

function unackedOf(ingestion: Ingestion<ZerobusRecord> | undefined): readonly RecordPayload[] {
  return ingestion?.failure(undefined).unacked ?? [];
}
