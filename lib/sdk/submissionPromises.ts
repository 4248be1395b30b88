import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { kindOf } from '../errors/kindOf.ts';
import { textOf } from '../errors/textOf.ts';
import { isZerobusError, ZerobusError } from '../errors/zerobusError.ts';
import type { Ingestion } from '../stream/ingestion.ts';
import type { ZerobusRecord } from '../stream/streamTable.ts';
import { MOST_ELEMENTS } from '../wire/stringifyJson.ts';
import { durableInTime } from './durableInTime.ts';
import { notEncoded } from './notEncoded.ts';
import { OffsetWaiters } from './offsetWaiters.ts';
import type { PayloadForm } from './payloadForm.ts';
import type { SubmissionRejections } from './submissionRejections.ts';
import { PayloadBatch, Submissions } from './submissions.ts';
import type { Payload } from './toRecord.ts';
import { TurnTaker } from './turnTaker.ts';

/** Options of {@link SubmissionPromises}. */
export interface SubmissionPromisesOptions {
  readonly ingestion: Ingestion<ZerobusRecord>;
  readonly form: PayloadForm;
  /** The longest wait of {@link SubmissionPromises.waitForOffset} and {@link SubmissionPromises.flush}, in ms. */
  readonly flushTimeoutMs: number;
  readonly scheduler: SchedulerLike | undefined;
  /** What the option `rejected` takes in. Defaults to nothing. */
  readonly rejections?: SubmissionRejections | undefined;
}

/** The error of a stream that has failed: a `ZerobusError`, or the reason of the signal that aborted it. */
export interface StreamFailure {
  readonly error: unknown;
}

/** What the promise of a submission waits for. */
export type Milestone = 'accepted' | 'durable';

/** The promises of a stream's submissions. {@link ZerobusStream} documents what they resolve to and reject with. */
export class SubmissionPromises {
  readonly #ingestion: Ingestion<ZerobusRecord>;
  readonly #flushTimeoutMs: number;
  readonly #timers: SchedulerLike;
  readonly #submissions: Submissions;
  readonly #waiters: OffsetWaiters;
  readonly #rejections: SubmissionRejections | undefined;
  readonly #turns = new TurnTaker();
  #failure: StreamFailure | undefined;
  #isClosed = false;

  constructor({ ingestion, form, flushTimeoutMs, scheduler = asyncScheduler, rejections }: SubmissionPromisesOptions) {
    this.#ingestion = ingestion;
    this.#flushTimeoutMs = flushTimeoutMs;
    this.#timers = scheduler;
    this.#rejections = rejections;
    this.#waiters = new OffsetWaiters(rejections);
    this.#submissions = new Submissions(ingestion, form, rejections?.onAccepted);
  }

  /** The number of submissions that wait for room. */
  get waitingCount(): number {
    return this.#submissions.waitingCount;
  }

  /** The failure of the stream, or `undefined` if it has not failed. */
  get failure(): StreamFailure | undefined {
    return this.#failure;
  }

  /** Submits a record or a batch. Resolves with its offset when it has reached the milestone. */
  submit(payload: Payload | PayloadBatch, milestone: Milestone): Promise<number> {
    const obstacle = this.#obstacle();
    if (obstacle !== undefined) {
      return Promise.reject(obstacle.error);
    }
    return new Promise((resolve, reject) => {
      const refuse = (error: unknown): void => reject(isZerobusError(error) ? error : notEncoded(error));
      try {
        const offset = this.#submissions.add(payload);
        if (offset === undefined) {
          this.#submissions.wait(payload, (accepted) => this.#await(milestone, accepted, resolve, reject), refuse);
        } else {
          this.#await(milestone, offset, resolve, reject);
        }
      } catch (error) {
        refuse(error);
      }
    });
  }

  /** Submits records as one batch. Resolves with `null` for an empty batch, which has no offset. */
  submitBatch(payloads: readonly Payload[], milestone: Milestone): Promise<number | null> {
    const problem = batchProblem(payloads);
    if (problem !== undefined) {
      return Promise.reject(new ZerobusError('INVALID_RECORD', problem));
    }
    if (payloads.length > 0) {
      return this.submit(new PayloadBatch(payloads), milestone);
    }
    const obstacle = this.#obstacle();
    return obstacle === undefined ? Promise.resolve(null) : Promise.reject(obstacle.error);
  }

  /** Resolves when the submission with this offset is durable. Rejects if it was rejected, as long as that is known. */
  waitForOffset(offset: number): Promise<void> {
    const { nextOffset } = this.#ingestion;
    if (!Number.isInteger(offset) || offset < 0 || offset >= nextOffset) {
      const known = nextOffset === 0 ? 'there are no submissions yet' : `the last one is ${nextOffset - 1}`;
      return Promise.reject(
        new ZerobusError(
          'INVALID_ARGUMENT',
          `No submission has the offset ${textOf(offset)}: ${known}. Wait for an offset that an ingest method returned.`,
        ),
      );
    }
    return durableInTime(this.#flushTimeoutMs, this.#timers, (resolve, reject) =>
      this.#whenDurable(offset, resolve, reject),
    );
  }

  /** Resolves when everything submitted so far is durable or was rejected, including what waits for room. */
  flush(): Promise<void> {
    const obstacle = this.#obstacle();
    if (obstacle !== undefined) {
      return Promise.reject(obstacle.error);
    }
    return durableInTime(this.#flushTimeoutMs, this.#timers, (resolve, reject) =>
      this.#submissions.waitForAll((offset) => {
        this.#ingestion.release();
        // The last submission may be rejected, and the flush is complete nevertheless.
        const onRejected = (): void => (this.#failure === undefined ? resolve() : reject(this.#failure.error));
        this.#whenDurable(offset, resolve, onRejected);
      }, reject),
    );
  }

  /** Takes no more submissions, and closes the ingestion when those that wait for room are accepted. */
  close(): void {
    this.#isClosed = true;
    this.#ingestion.startDrain();
    this.#submissions.waitForAll(
      () => this.#ingestion.close(),
      () => {},
    );
  }

  /** Everything up to this offset is durable or was rejected: settles its promises, and accepts what waits for room. */
  onDurable(offset: number): void {
    this.#waiters.resolveUpTo(offset);
    this.#submissions.drain();
  }

  /** The stream has failed: rejects every promise. */
  onFailure(error: unknown): void {
    this.#failure = { error };
    this.#waiters.rejectAll(error);
    this.#submissions.rejectAll(error);
  }

  /** Why the stream takes no submissions, or `undefined` if it does. A failure is more useful than `STREAM_CLOSED`. */
  #obstacle(): StreamFailure | undefined {
    if (this.#failure !== undefined || !this.#isClosed) {
      return this.#failure;
    }
    return {
      error: new ZerobusError('STREAM_CLOSED', 'The stream is closed and takes no more records: create another one.'),
    };
  }

  #await(
    milestone: Milestone,
    offset: number,
    resolve: (offset: number) => void,
    reject: (error: unknown) => void,
  ): void {
    if (milestone === 'accepted') {
      this.#turns.take(resolve, offset);
    } else {
      this.#waiters.add(offset, resolve, reject);
    }
  }

  #whenDurable(offset: number, resolve: () => void, reject: (error: unknown) => void): void {
    const isPassed = offset <= this.#ingestion.durableOffset;
    if (!isPassed && this.#failure === undefined) {
      this.#waiters.add(offset, resolve, reject);
      return;
    }
    const error = this.#rejections?.errorAt(offset) ?? (isPassed ? undefined : this.#failure?.error);
    if (error === undefined) {
      resolve();
    } else {
      reject(error);
    }
  }
}

/** Says why a value is not a batch, or returns undefined if it is one. */
function batchProblem(payloads: unknown): string | undefined {
  try {
    if (Array.isArray(payloads)) {
      return payloads.length <= MOST_ELEMENTS
        ? undefined
        : `A batch of ${payloads.length} records does not fit into a request. Split it.`;
    }
  } catch {
    // A proxy may throw whatever is done with it.
  }
  return `A batch must be an array of records, got ${kindOf(payloads)}.`;
}
