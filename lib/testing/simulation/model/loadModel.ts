import type { ModelContext } from './modelContext.ts';
import type { OutputModel } from './outputModel.ts';

/** The share of the limits at which a source must pause, and at which it may resume. */
const HIGH_SHARE = 0.5;
const LOW_SHARE = 0.25;

/** How much may be in flight, when the source is paused, and what is dropped. */
export class LoadModel {
  /** The number of values that were reported as dropped. */
  droppedCount = 0;
  /** Whether the source has been asked to pause. */
  isPaused = false;
  #emittedAt = -1;
  readonly #context: ModelContext;
  readonly #output: OutputModel;

  constructor(context: ModelContext, output: OutputModel) {
    this.#context = context;
    this.#output = output;
  }

  /** Whether the next value must be dropped, or `undefined` if that cannot be seen. */
  get isFull(): boolean | undefined {
    const { limits, book, isOpenWorld } = this.#context;
    if (limits.streams > 1 || isOpenWorld) {
      return undefined;
    }
    return this.#least >= limits.maxInflightRecords || book.loadBytes >= limits.maxInflightBytes;
  }

  /** Whether the limits are exceeded, or `undefined` if that cannot be seen. */
  get isExceeded(): boolean | undefined {
    const { limits, book, isOpenWorld } = this.#context;
    // The rows of a pipeline of the user's have other sizes than the values of the source.
    if (this.#least > limits.maxInflightRecords || (!isOpenWorld && book.loadBytes > limits.maxInflightBytes)) {
      return true;
    }
    return this.#most > limits.maxInflightRecords ? undefined : false;
  }

  onValue(): void {
    this.#emittedAt = this.#context.now();
  }

  onPressure(isPaused: boolean): void {
    const { findings } = this.#context;
    findings.check(isPaused !== this.isPaused, 'backpressure', () => `${isPaused} is notified twice`);
    this.isPaused = isPaused;
    findings.count(isPaused ? 'pause' : 'resume');
  }

  onDropped({ count, first, last }: { readonly count: number; readonly first: number; readonly last: number }): void {
    const { findings, book } = this.#context;
    const isRange = count > 0 && first <= last && count <= last - first + 1 && last < book.count;
    findings.check(isRange, 'events', () => `${count} values from ${first} to ${last} are dropped`);
    this.droppedCount += count;
    findings.count('drop');
  }

  afterStep(): void {
    const { limits, findings, book, now } = this.#context;
    // A value that ends the stream is kept until then.
    if (this.#output.end !== undefined || book.entries.at(-1)?.place === 'refused') {
      return;
    }
    if (limits.overflow === 'error') {
      findings.check(
        this.isExceeded !== true,
        'bounds',
        () => `${this.#least} records of ${book.loadBytes} bytes are kept`,
      );
      this.#checkPressure();
    } else if (now() > this.#emittedAt) {
      // Drops are reported at the end of a turn.
      const kept = book.pendingCount - (this.droppedCount - book.droppedCount);
      findings.check(kept <= limits.maxInflightRecords, 'bounds', () => `${kept} records are kept`);
    }
  }

  /** Checks that as many values were reported as were dropped. */
  checkDropped(): void {
    const { findings, book, isOpenWorld } = this.#context;
    if (isOpenWorld) {
      return;
    }
    const isMore = this.#output.end === 'unsubscribed' || this.#output.end === 'errored';
    const dropped = book.droppedCount;
    findings.check(
      isMore ? dropped <= this.droppedCount : dropped === this.droppedCount,
      'conservation',
      () => `${dropped} records were dropped, but ${this.droppedCount} were reported`,
    );
  }

  /** The fewest records that count towards the limits. */
  get #least(): number {
    const { limits, book, isOpenWorld } = this.#context;
    return limits.streams === 1 && !isOpenWorld ? this.#most : book.pendingCount;
  }

  get #most(): number {
    const { limits, book, isOpenWorld } = this.#context;
    if (isOpenWorld) {
      return Number.POSITIVE_INFINITY;
    }
    // Several streams keep values until the watermark is emitted.
    return limits.streams === 1
      ? book.waitingCount
      : Math.max(book.waitingCount, book.count - 1 - this.#output.emitted);
  }

  #checkPressure(): void {
    const { limits, findings, book, isOpenWorld } = this.#context;
    if (isOpenWorld) {
      return;
    }
    const { maxInflightRecords, maxInflightBytes } = limits;
    const isHigh = this.#least >= HIGH_SHARE * maxInflightRecords || book.loadBytes >= HIGH_SHARE * maxInflightBytes;
    const isLow = this.#most <= LOW_SHARE * maxInflightRecords && book.loadBytes <= LOW_SHARE * maxInflightBytes;
    findings.check(
      this.isPaused || !isHigh,
      'backpressure',
      () => `${this.#least} records, but the source is not paused`,
    );
    findings.check(!this.isPaused || !isLow, 'backpressure', () => `${this.#most} records, but the source is paused`);
  }
}
