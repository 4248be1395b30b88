import { isZerobusError, type ZerobusError } from '../../../errors/zerobusError.ts';
import type { Emission } from '../plan/emission.ts';
import type { LaneModel } from './laneModel.ts';
import type { ModelContext } from './modelContext.ts';
import type { BookEntry } from './recordBook.ts';

/** What may end a run, and whether it has happened. */
export interface Endings {
  readonly emits: Emission;
  readonly sourceError: unknown;
  /** The reason of the signal, if it has aborted. */
  readonly abortReason: () => unknown;
  readonly sourceEndedAt: () => number | undefined;
  /** The code with which the whole operator must fail in this step, such as `BUFFER_OVERFLOW`. */
  readonly expectedFailure: () => string | undefined;
}

/** What an operator may emit, and when: the watermark or the values, and the end. */
export class OutputModel {
  /** The last watermark, or the id of the last value. */
  emitted = -1;
  end: 'completed' | 'errored' | 'unsubscribed' | undefined;
  readonly #context: ModelContext;
  readonly #endings: Endings;
  readonly #lanes: readonly LaneModel[];

  constructor(context: ModelContext, endings: Endings, lanes: readonly LaneModel[]) {
    this.#context = context;
    this.#endings = endings;
    this.#lanes = lanes;
  }

  onNext(value: unknown): void {
    const { findings } = this.#context;
    findings.check(this.end === undefined, 'end', () => `${String(value)} is emitted after the end`);
    if (this.#endings.emits === 'watermark') {
      this.#onWatermark(value as number);
    } else if (this.#endings.emits === 'values') {
      this.#onValue((value as { readonly id: number }).id);
    }
  }

  onComplete(): void {
    const { book, findings } = this.#context;
    this.#onEnd('completed');
    if (this.#endings.emits === 'anything') {
      return;
    }
    findings.check(this.#endings.sourceEndedAt() !== undefined, 'end', () => 'it completes before the source');
    findings.check(book.entries.at(-1)?.place !== 'refused', 'end', () => 'it completes, but a record was refused');
    this.#checkAllSettled();
    if (this.#endings.emits === 'watermark') {
      findings.check(this.emitted === book.count - 1, 'watermark', () => `it completes at ${this.emitted}`);
    }
  }

  onError(error: unknown): void {
    const { book, findings } = this.#context;
    this.#onEnd('errored');
    book.discardBehindRefused();
    if (this.#endings.emits === 'anything') {
      return;
    }
    if (error === this.#endings.abortReason()) {
      return;
    }
    const last = book.entries.at(-1);
    if (error === this.#endings.sourceError) {
      findings.check(this.#endings.sourceEndedAt() !== undefined, 'end', () => 'the source has not failed');
      this.#checkAllSettled();
      return;
    }
    if (!isZerobusError(error)) {
      findings.report('end', `an error that is no ZerobusError: ${String(error)}`);
      return;
    }
    if (last?.place === 'refused' && error.offset === last.record.id && error.code === 'INVALID_RECORD') {
      this.#checkAllSettled();
    } else {
      this.#checkCode(error);
    }
    this.#checkUnacked(error);
  }

  /** The subscriber has unsubscribed. */
  onUnsubscribed(): void {
    this.#onEnd('unsubscribed');
  }

  /** Checks that what an ack has made durable was emitted at once. */
  checkPrompt(): void {
    const { book, findings, limits } = this.#context;
    if (
      this.end !== undefined ||
      this.#endings.emits === 'anything' ||
      limits.streams > 1 ||
      limits.overflow !== 'error'
    ) {
      return;
    }
    const { prefix } = book;
    let last = prefix;
    // What is never sent may pass with something else.
    while (last > this.emitted && book.entries[last]?.place !== 'durable') {
      last--;
    }
    findings.check(last <= this.emitted, 'watermark', () => `${this.emitted} is emitted, but ${last} is durable`);
  }

  #onWatermark(watermark: number): void {
    const { book, findings } = this.#context;
    const isAhead = Number.isInteger(watermark) && watermark > this.emitted;
    findings.check(isAhead, 'watermark', () => `${watermark} follows ${this.emitted}`);
    findings.check(watermark < book.count, 'watermark', () => `${watermark} of ${book.count} records`);
    for (let id = this.emitted + 1; id <= watermark; id++) {
      const entry = book.entries[id];
      if (entry !== undefined) {
        this.#pass(entry);
      }
    }
    this.emitted = watermark;
  }

  #onValue(id: number): void {
    const { book, findings } = this.#context;
    findings.check(id > this.emitted, 'order', () => `value ${id} follows ${this.emitted}`);
    for (let skipped = this.emitted + 1; skipped < id; skipped++) {
      const entry = book.entries[skipped] as BookEntry;
      if (entry.place !== 'takenIn' && entry.place !== 'dropped') {
        book.passOver(entry, `value ${id} is emitted before it`);
      }
    }
    const entry = book.entries[id] as BookEntry;
    const isDue = entry.place === 'durable' || entry.place === 'blank';
    findings.check(isDue, 'watermark', () => `value ${id} is emitted, but it is ${entry.place}`);
    this.emitted = id;
  }

  #pass(entry: BookEntry): void {
    const { book, findings } = this.#context;
    const { place, record } = entry;
    if (place === 'sent' || place === 'held') {
      findings.report('watermark', `the watermark passes record ${record.id}, which is ${place}`);
    } else if (place === 'queued') {
      book.passOver(entry, 'the watermark passes it');
    }
  }

  #onEnd(end: 'completed' | 'errored' | 'unsubscribed'): void {
    const { findings } = this.#context;
    findings.check(this.end === undefined, 'end', () => `it has ${end} after it has ${this.end}`);
    this.end = end;
    findings.log(() => `the pipeline has ${end}`);
  }

  #checkAllSettled(): void {
    const { book } = this.#context;
    for (const entry of book.owed()) {
      book.passOver(entry, 'the stream has ended well');
    }
  }

  #checkCode({ code }: ZerobusError): void {
    const { findings, now, limits } = this.#context;
    const endedAt = this.#endings.sourceEndedAt();
    const isReasonable =
      code === this.#endings.expectedFailure() ||
      (code === 'FLUSH_TIMEOUT' && endedAt !== undefined && now() === endedAt + limits.flushTimeoutMs) ||
      this.#lanes.some((lane) => lane.failureCode === code);
    findings.check(
      isReasonable,
      code === 'BUFFER_OVERFLOW' ? 'bounds' : 'end',
      () => `it fails with ${code} without a reason`,
    );
  }

  /** Every record that is not settled is handed back, in order. */
  #checkUnacked(error: ZerobusError): void {
    const { book, findings } = this.#context;
    const unacked = error.unacked as readonly unknown[];
    let at = 0;
    const take = (entry: BookEntry, expected: unknown): void => {
      if (at < unacked.length && isSame(unacked[at], expected)) {
        at++;
      } else if (!entry.isNested) {
        book.passOver(entry, 'it is not handed back');
      }
    };
    if (this.#endings.emits === 'values') {
      for (const entry of book.entries.slice(this.emitted + 1)) {
        if (entry.place !== 'takenIn' && entry.place !== 'dropped') {
          take(entry, entry.record);
        }
      }
    } else {
      for (const entry of book.entries) {
        const isOwed = ['queued', 'sent', 'held', 'refused'].includes(entry.place);
        if (isOwed && entry.record.payload !== undefined) {
          take(entry, entry.record.payload);
        }
      }
    }
    findings.check(at === unacked.length, 'conservation', () => `${unacked.length - at} more records are handed back`);
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return a instanceof Uint8Array && b instanceof Uint8Array ? Buffer.compare(a, b) === 0 : a === b;
}
