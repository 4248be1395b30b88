import type { Subscription } from 'rxjs';
import { ZerobusError } from '../errors/zerobusError.ts';
import type { GatewayOptions } from './gatewayOptions.ts';
import type { Added, EventStore, Progress } from './store/eventStore.ts';
import { isQuotaExceeded } from './store/indexedDbStore.ts';

/** Options of a {@link Writer}. */
export interface WriterOptions {
  readonly options: Pick<GatewayOptions, 'overflow' | 'maxStoredEvents' | 'maxStoredBytes' | 'turnScheduler'>;
  /** Called with what became of the next values: their texts, and how many of these the store has. */
  readonly onWritten: (texts: readonly (string | undefined)[], added: Added) => void;
  /** Called with the number of next values that were dropped before they were written. */
  readonly onSkipped: (count: number) => void;
  readonly onDropped: (count: number, reason: 'overflow' | 'quota') => void;
  readonly onFailure: (error: unknown) => void;
}

/**
 * Writes events into a store, one write at a time: what arrives meanwhile is the next one. So writes grow by themselves
 * under load, and a single event is written in the same turn.
 */
export class Writer {
  readonly #parts: WriterOptions;
  #store: EventStore | undefined;
  /** What waits. A value without a text was refused, and keeps its place. */
  #waiting: (string | undefined)[] = [];
  #length = 0;
  /** Values dropped in front of those that wait, and behind them. */
  #skippedBefore = 0;
  #skippedBehind = 0;
  #turn: Subscription | undefined;
  #writing: readonly string[] = [];
  #isWriting = false;

  constructor(parts: WriterOptions) {
    this.#parts = parts;
  }

  /** Whether everything that arrived is written. */
  get isIdle(): boolean {
    return !this.#isWriting && this.#waiting.length + this.#skippedBefore + this.#skippedBehind === 0;
  }

  /** The texts that are not written. */
  get waiting(): readonly string[] {
    return [...this.#writing, ...this.#waiting.filter((text) => text !== undefined)];
  }

  /** Begins to write into a store. */
  start(store: EventStore): void {
    this.#store = store;
    this.flush();
  }

  /** Adds the text of the next value, or `undefined` if it was refused. */
  push(text: string | undefined): void {
    const { overflow, maxStoredEvents, maxStoredBytes, turnScheduler } = this.#parts.options;
    const length = text?.length ?? 0;
    if (this.#skippedBehind > 0 || this.#waiting.length >= maxStoredEvents || this.#length + length > maxStoredBytes) {
      if (overflow === 'error') {
        this.#parts.onFailure(bufferOverflow());
        return;
      }
      if (overflow === 'dropNewest' || length > maxStoredBytes) {
        this.#skippedBehind++;
        return;
      }
      this.#dropWaiting();
    }
    this.#waiting.push(text);
    this.#length += length;
    this.#turn ??= turnScheduler.schedule(() => this.flush());
  }

  /** Writes what waits, if no other write is running. */
  flush(): void {
    this.#turn?.unsubscribe();
    this.#turn = undefined;
    if (this.#store !== undefined && !this.isIdle && !this.#isWriting) {
      this.#isWriting = true;
      this.#write(this.#store).catch(this.#parts.onFailure);
    }
  }

  /** Drops the oldest eighth at a time, since removing from the front of an array moves all others. */
  #dropWaiting(): void {
    const dropped = this.#waiting.splice(0, Math.ceil(this.#waiting.length / 8));
    this.#length -= dropped.reduce((sum, text) => sum + (text?.length ?? 0), 0);
    this.#skippedBefore += dropped.length;
  }

  async #write(store: EventStore): Promise<void> {
    const { onWritten, onSkipped, onDropped, options } = this.#parts;
    const texts = this.#waiting;
    const [before, behind] = [this.#skippedBefore, this.#skippedBehind];
    this.#waiting = [];
    [this.#length, this.#skippedBefore, this.#skippedBehind] = [0, 0, 0];
    this.#writing = texts.filter((text) => text !== undefined);
    const { length } = this.#writing;
    const { added, reason } =
      length === 0 ? nothingAdded(await store.progress()) : await this.#add(store, this.#writing);
    this.#writing = this.#writing.slice(added.count);
    onSkipped(before);
    onWritten(texts, added);
    onSkipped(behind);
    if (options.overflow === 'error' && this.#writing.length > 0) {
      throw bufferOverflow();
    }
    const dropped = before + behind + added.dropped + this.#writing.length;
    if (dropped > 0) {
      onDropped(dropped, reason);
    }
    this.#writing = [];
    this.#isWriting = false;
    this.flush();
  }

  async #add(store: EventStore, texts: readonly string[]): Promise<Outcome> {
    const { overflow } = this.#parts.options;
    try {
      return { added: await store.add(texts), reason: 'overflow' };
    } catch (error) {
      if (!isQuotaExceeded(error)) {
        throw error;
      }
      if (overflow === 'error') {
        throw new ZerobusError(
          'STORAGE_FULL',
          'The browser has no room left for the site. Choose an overflow that drops events, or keep fewer with maxStoredBytes.',
          { cause: error },
        );
      }
    }
    const dropped = overflow === 'dropOldest' ? await store.dropOldest(texts.length) : 0;
    try {
      const added = dropped > 0 ? await store.add(texts) : undefined;
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

function bufferOverflow(): ZerobusError {
  return new ZerobusError(
    'BUFFER_OVERFLOW',
    'More events are kept than maxStoredEvents or maxStoredBytes allow. Raise them, or choose an overflow that drops events.',
  );
}
