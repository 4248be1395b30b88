import type { ZerobusError } from '../../../errors/zerobusError.ts';
import { idOf } from '../plan/simulatedRecord.ts';
import { contentStatuses } from '../plan/statuses.ts';
import type { CallModel } from './callModel.ts';
import type { LaneModel } from './laneModel.ts';
import type { ModelContext } from './modelContext.ts';
import type { BookEntry } from './recordBook.ts';

const contentCodes: ReadonlySet<string> = new Set(contentStatuses);

/** Which records may be rejected, and how many in a row. */
export class RejectionModel {
  /** The offset of the last event of a rejection. */
  announced: number | undefined;
  readonly #context: ModelContext;
  readonly #lanes: readonly LaneModel[];
  #refused = 0;
  #unsent = 0;

  constructor(context: ModelContext, lanes: readonly LaneModel[]) {
    this.#context = context;
    this.#lanes = lanes;
  }

  onAccepted(): void {
    this.#unsent = 0;
  }

  onProgress(): void {
    this.#refused = 0;
  }

  /** A record cannot be sent. Returns whether it is one too many. */
  onUnsent(): boolean {
    this.#unsent++;
    return this.#unsent > this.#context.limits.maxRejectionsInARow;
  }

  /**
   * A record is handed to the option `rejected`.
   *
   * @returns the record, if it is known
   */
  onRejected(offset: number, payload: string | Uint8Array | undefined, error: ZerobusError): BookEntry | undefined {
    const { findings, limits, book, isOpenWorld } = this.#context;
    const entry = book.entries[isOpenWorld && payload !== undefined ? idOf(payload) : offset];
    findings.log(() => `record ${offset} is rejected: ${error.code}`);
    findings.count(`rejected ${error.code}`);
    findings.check(offset === this.announced, 'events', () => `no event of the rejection of ${offset}`);
    if (entry === undefined) {
      findings.report('rejections', `record ${offset} is rejected, but there is none`);
      return undefined;
    }
    findings.check(
      error.offset === offset,
      'rejections',
      () => `the error of ${offset} has the offset ${error.offset}`,
    );
    const expected = entry.record.payload;
    const isSame = isOpenWorld || payload === expected || String(payload) === String(expected);
    findings.check(isSame, 'rejections', () => `record ${offset} is rejected with another payload`);
    if (entry.place !== 'held') {
      const isAlone = this.#lanes.some((lane) => lane.refusedAlone === entry);
      findings.check(isAlone, 'rejections', () => `record ${offset} is rejected, but was not refused alone`);
      book.move(entry, 'held');
      this.#refused++;
      const { maxRejectionsInARow } = limits;
      findings.check(this.#refused <= maxRejectionsInARow, 'rejections', () => 'too many records are rejected');
    }
    return entry;
  }

  /**
   * A call is about to fail.
   *
   * @returns the code with which the operator must fail then, if a record is one too many
   */
  onFailure(call: CallModel, code: string): string | undefined {
    const { limits, hasRejected } = this.#context;
    const lane = this.#lanes[call.lane.number] as LaneModel;
    lane.refusedAlone = undefined;
    const batch = call.batches[call.acked] ?? [];
    if (!contentCodes.has(code) || !hasRejected || !limits.recovery || call.inFlight !== 1 || batch.length !== 1) {
      return undefined;
    }
    lane.refusedAlone = batch[0];
    return this.#refused + 1 > limits.maxRejectionsInARow ? 'TOO_MANY_REJECTIONS' : undefined;
  }
}
