import { fittingCount, type KeptEvent, keptEvent, type RequestLimits } from '../request/requestText.ts';
import { utf8Length } from '../request/utf8Length.ts';
import type { Added, EventStore, Progress, StoreLimits, Taken } from './eventStore.ts';
import { newQueue, type QueueState, roomFor } from './queueState.ts';

/** Keeps events in memory, for pages without IndexedDB. Each page is a client of its own. */
export class MemoryStore implements EventStore {
  readonly isPersistent = false;
  readonly #limits: StoreLimits;
  readonly #events: KeptEvent[] = [];
  #queue: QueueState = newQueue();

  constructor(limits: StoreLimits) {
    this.#limits = limits;
  }

  async add(texts: readonly string[], _isUrgent: boolean): Promise<Added> {
    const { dropsOldest, events, bytes } = this.#limits;
    const first = this.#queue.last + 1;
    const count = dropsOldest ? texts.length : roomFor(texts.map(utf8Length), this.#queue, this.#limits);
    for (const [index, text] of texts.slice(0, count).entries()) {
      const event = keptEvent(first + index, text);
      this.#events.push(event);
      this.#grow(1, event.bytes);
    }
    this.#queue = { ...this.#queue, last: this.#queue.last + count };
    const dropped = this.#shrink(() => this.#queue.events > events || this.#queue.bytes > bytes);
    return { ...this.#progress(), first, count, dropped };
  }

  async take(limits: RequestLimits): Promise<Taken> {
    const events = this.#events.slice(0, fittingCount(this.#events, limits));
    this.#queue = { ...this.#queue, sent: Math.max(this.#queue.sent, events.at(-1)?.sequence ?? 0) };
    return { ...this.#progress(), events };
  }

  async remove(_client: string, removed: readonly KeptEvent[]): Promise<Progress> {
    const last = removed.at(-1)?.sequence ?? 0;
    while ((this.#events[0]?.sequence ?? Number.POSITIVE_INFINITY) <= last) {
      this.#grow(-1, -(this.#events.shift()?.bytes ?? 0));
    }
    return this.#progress();
  }

  async dropOldest(count: number): Promise<number> {
    const least = this.#queue.events - count;
    return this.#shrink(() => this.#queue.events > least);
  }

  async progress(): Promise<Progress> {
    return this.#progress();
  }

  close(): void {
    // There is nothing open.
  }

  #progress(): Progress {
    const { client, last } = this.#queue;
    return { client, done: (this.#events[0]?.sequence ?? last + 1) - 1 };
  }

  #grow(events: number, bytes: number): void {
    this.#queue = { ...this.#queue, events: this.#queue.events + events, bytes: this.#queue.bytes + bytes };
  }

  /** Removes the oldest events that were not sent, as long as there are too many. Returns how many were removed. */
  #shrink(hasTooMany: () => boolean): number {
    const from = this.#events.findIndex(({ sequence }) => sequence > this.#queue.sent);
    let count = 0;
    while (from >= 0 && from + count < this.#events.length && hasTooMany()) {
      this.#grow(-1, -(this.#events[from + count]?.bytes ?? 0));
      count++;
    }
    this.#events.splice(from, count);
    return count;
  }
}
