import type { Subscription } from 'rxjs';
import { ZerobusError } from '../errors/zerobusError.ts';
import type { GatewayOptions } from './gatewayOptions.ts';
import type { Added, EventStore, Progress } from './store/eventStore.ts';
import { isQuotaExceeded, storageFull } from './store/openDatabase.ts';

/** Options of a {@link Writer}. */
export interface WriterOptions {
  readonly options: Pick<GatewayOptions, 'overflow' | 'maxStoredEvents' | 'maxStoredBytes' | 'turnScheduler'>;
  /** Called with what became of the next values: their texts, and how many of these the store has. */
  readonly onWritten: (texts: readonly (string | undefined)[], added: Added) => void;
  /** Called when a write was begun whose end the page may not see. */
  readonly onHurried: () => void;
  /** Called with the number of next values that were dropped before they were written. */
  readonly onSkipped: (count: number) => void;
  readonly onDropped: (count: number, reason: 'overflow' | 'quota') => void;
  readonly onFailure: (error: unknown) => void;
}

/** Values that are being written. */
interface Batch {
  readonly texts: readonly (string | undefined)[];
  /** The values that were dropped in front of them, and behind them. */
  readonly before: number;
  readonly behind: number;
  /** The texts that the store does not have yet. */
  unwritten: readonly string[];
}

/**
 * Writes events into a store, one write at a time: what arrives meanwhile is the next one. So writes grow by themselves
 * under load, and a single event is written in the same turn.
 */
export class Writer {
  readonly #parts: WriterOptions;
  readonly #batches = new Set<Batch>();
  #store: EventStore | undefined;
  /** What waits. A value without a text was refused, and keeps its place. */
  #waiting: (string | undefined)[] = [];
  #length = 0;
  #skippedBefore = 0;
  #skippedBehind = 0;
  #turn: Subscription | undefined;
  #isUrgent = false;
  #written: Promise<void> = Promise.resolve();

  constructor(parts: WriterOptions) {
    this.#parts = parts;
  }

  /** Whether everything that arrived is written. */
  get isIdle(): boolean {
    return this.#batches.size === 0 && this.#isEmpty;
  }

  get #isEmpty(): boolean {
    return this.#waiting.length + this.#skippedBefore + this.#skippedBehind === 0;
  }

  /** Begins to write into a store. */
  start(store: EventStore): void {
    this.#store = store;
    this.flush();
  }

  /** Whether the page may be gone in this turn: a write does not wait for the one before it. */
  hurry(isUrgent: boolean): void {
    this.#isUrgent = isUrgent;
    this.flush();
  }

  /** Hands back the texts that are not known to be written, and forgets those that wait. */
  discard(): readonly string[] {
    const texts = [...[...this.#batches].flatMap(({ unwritten }) => unwritten), ...present(this.#waiting)];
    this.#waiting = [];
    [this.#length, this.#skippedBefore, this.#skippedBehind] = [0, 0, 0];
    return texts;
  }

  /** Adds the text of the next value, or `undefined` if it was refused. */
  push(text: string | undefined): void {
    const { overflow, maxStoredEvents, maxStoredBytes, turnScheduler } = this.#parts.options;
    const length = text?.length ?? 0;
    if (this.#skippedBehind > 0 || this.#waiting.length >= maxStoredEvents || this.#length + length > maxStoredBytes) {
      if (overflow === 'dropNewest' || (overflow === 'dropOldest' && length > maxStoredBytes)) {
        this.#skippedBehind++;
        return;
      }
      if (overflow === 'dropOldest') {
        this.#dropWaiting();
      } else {
        this.#waiting.push(text);
        this.#parts.onFailure(bufferOverflow());
        return;
      }
    }
    this.#waiting.push(text);
    this.#length += length;
    this.#turn ??= turnScheduler.schedule(() => this.flush());
  }

  /** Writes what waits, if no other write is running. */
  flush(): void {
    this.#turn?.unsubscribe();
    this.#turn = undefined;
    if (this.#store === undefined || this.#isEmpty || (this.#batches.size > 0 && !this.#isUrgent)) {
      return;
    }
    const [texts, before, behind] = [this.#waiting, this.#skippedBefore, this.#skippedBehind];
    this.discard();
    const batch = { texts, before, behind, unwritten: present(texts) };
    this.#batches.add(batch);
    const outcome = this.#add(this.#store, batch.unwritten);
    if (this.#isUrgent) {
      this.#parts.onHurried();
    }
    const previous = this.#written;
    this.#written = this.#settle(batch, outcome, previous).catch(this.#parts.onFailure);
  }

  /** Drops the oldest eighth at a time, since removing from the front of an array moves all others. */
  #dropWaiting(): void {
    const dropped = this.#waiting.splice(0, Math.ceil(this.#waiting.length / 8));
    this.#length -= dropped.reduce((sum, text) => sum + (text?.length ?? 0), 0);
    this.#skippedBefore += dropped.length;
  }

  async #settle(batch: Batch, outcome: Promise<Outcome>, previous: Promise<void>): Promise<void> {
    const { onWritten, onSkipped, onDropped, options } = this.#parts;
    const { added, reason } = await outcome;
    await previous;
    batch.unwritten = batch.unwritten.slice(added.count);
    onSkipped(batch.before);
    onWritten(batch.texts, added);
    onSkipped(batch.behind);
    const dropped = batch.before + batch.behind + added.dropped + batch.unwritten.length;
    if (options.overflow === 'error' && dropped > 0) {
      throw bufferOverflow();
    }
    if (dropped > 0) {
      onDropped(dropped, reason);
    }
    this.#batches.delete(batch);
    this.flush();
  }

  async #add(store: EventStore, texts: readonly string[]): Promise<Outcome> {
    const { overflow } = this.#parts.options;
    if (texts.length === 0) {
      return nothingAdded(await store.progress());
    }
    try {
      return { added: await store.add(texts, this.#isUrgent), reason: 'overflow' };
    } catch (error) {
      if (!isQuotaExceeded(error)) {
        throw error;
      }
      if (overflow === 'error') {
        throw storageFull(error);
      }
    }
    const dropped = overflow === 'dropOldest' ? await store.dropOldest(texts.length) : 0;
    try {
      const added = dropped > 0 ? await store.add(texts, this.#isUrgent) : undefined;
      if (added !== undefined) {
        return { added: { ...added, dropped: added.dropped + dropped }, reason: 'quota' };
      }
    } catch (error) {
      if (!isQuotaExceeded(error)) {
        throw error;
      }
    }
    const { added } = nothingAdded(await store.progress());
    return { added: { ...added, dropped }, reason: 'quota' };
  }
}

/** What a write did, and the reason if it dropped something. */
interface Outcome {
  readonly added: Added;
  readonly reason: 'overflow' | 'quota';
}

function nothingAdded(progress: Progress): Outcome {
  return { added: { ...progress, first: 0, count: 0, dropped: 0 }, reason: 'overflow' };
}

function present(texts: readonly (string | undefined)[]): readonly string[] {
  return texts.filter((text) => text !== undefined);
}

function bufferOverflow(): ZerobusError {
  return new ZerobusError(
    'BUFFER_OVERFLOW',
    'More events are kept than maxStoredEvents or maxStoredBytes allow. Raise them, or choose an overflow that drops events.',
  );
}
