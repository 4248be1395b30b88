import type { RecordPayload, ZerobusError } from '../errors/zerobusError.ts';
import type { Rejected } from '../stream/rejected.ts';
import type { RejectionTaker } from '../stream/rejections.ts';
import { ValueRing } from '../stream/valueRing.ts';
import type { Batch } from '../wire/batch.ts';
import type { Payload } from './toRecord.ts';

/** What was submitted: a record, or the records of a batch. */
export type Submission = Payload | readonly Payload[];

/** The submissions that were rejected. */
export interface RefusalLog {
  /** Returns the refusal of a submission that was taken in, or `undefined` if there is none. */
  errorAt(offset: number): ZerobusError | undefined;
}

/** The number of refusals that are known behind the watermark. */
const MOST_KNOWN = 1000;

/** Hands refused submissions to the option `rejected`, and knows the refusals of those that it has taken in. */
export class SubmissionRejections implements RefusalLog {
  /** Takes in what the service refuses. */
  readonly taker: RejectionTaker;
  /** In the order in which they were taken in. */
  readonly #errors = new Map<number, ZerobusError>();
  /** `undefined` in the place of a submission that another stream has accepted. */
  readonly #submissions = new ValueRing<Submission | undefined>();
  #count = 0;

  constructor(rejected: Rejected<Submission, RecordPayload | readonly RecordPayload[]>) {
    this.taker = {
      onRejected: ({ offset, payloads, isWhole }, error) => {
        const record = isWhole === true ? payloads : (payloads[0] as RecordPayload);
        return rejected({ value: this.#submissions.at(offset) ?? record, record, offset, error }) ?? undefined;
      },
      onTakenIn: (offset, error) => {
        this.#count++;
        // The record is where `rejected` has put it, and its memory can be used again.
        this.#errors.set(offset, error.with({ unacked: [] }));
      },
    };
  }

  /** The number of submissions that were taken in. */
  get count(): number {
    return this.#count;
  }

  errorAt(offset: number): ZerobusError | undefined {
    return this.#errors.get(offset);
  }

  /** The next offset is that of a submission. */
  readonly onAccepted = (submission: Submission): void => this.#submissions.push(submission);

  /** The next offsets are those of batches that another stream has accepted. */
  onAppended(batches: readonly Batch[]): void {
    for (const { offsetCount } of batches) {
      for (let count = 0; count < offsetCount; count++) {
        this.#submissions.push(undefined);
      }
    }
  }

  /**
   * The watermark has moved. Forgets the submissions behind it, and old refusals.
   *
   * @param calledOffset the last offset that an `AckCallback` was called with. Defaults to the watermark
   */
  onDurable(watermark: number, calledOffset: number = watermark): void {
    this.#submissions.take(watermark, () => true);
    for (const offset of this.#errors.keys()) {
      if (this.#errors.size <= MOST_KNOWN || offset > calledOffset) {
        return;
      }
      this.#errors.delete(offset);
    }
  }
}
