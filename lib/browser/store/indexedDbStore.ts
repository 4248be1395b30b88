import { fittingCount, type KeptEvent, keptEvent, type RequestLimits } from '../request/requestText.ts';
import { utf8Length } from '../request/utf8Length.ts';
import type { Added, EventStore, Progress, StoreLimits, Taken } from './eventStore.ts';
import { EVENTS, openDatabase, QUEUE, storageFailed } from './openDatabase.ts';
import { newQueue, type QueueState, roomFor } from './queueState.ts';

/** One operation within a transaction. */
interface Operation {
  readonly events: IDBObjectStore;
  readonly queue: QueueState;
  /** Writes the state that the operation leads to. */
  save(queue: QueueState): void;
}

/**
 * Keeps events in IndexedDB, for all tabs of a site.
 *
 * Each operation is one transaction, however many events it has: the keys and the state are right in every tab, and no
 * event has a promise of its own.
 */
export class IndexedDbStore implements EventStore {
  readonly isPersistent = true;
  readonly #name: string;
  readonly #limits: StoreLimits;
  readonly #onClosed: () => void;
  #database: Promise<IDBDatabase> | undefined;

  /** @param onClosed called if the browser has closed the database, such as when the user clears the data */
  constructor(name: string, limits: StoreLimits, onClosed: () => void) {
    this.#name = name;
    this.#limits = limits;
    this.#onClosed = onClosed;
  }

  async add(texts: readonly string[]): Promise<Added> {
    const sizes = texts.map(utf8Length);
    let [first, count, dropped] = [0, 0, 0];
    const progress = await this.#write(({ events, queue, save }) => {
      first = queue.last + 1;
      dropped = 0;
      count = this.#limits.dropsOldest ? texts.length : roomFor(sizes, queue, this.#limits);
      for (let index = 0; index < count; index++) {
        events.add(texts[index]);
      }
      const grown = {
        ...queue,
        events: queue.events + count,
        bytes: queue.bytes + sizes.slice(0, count).reduce((sum, size) => sum + size, 0),
        last: queue.last + count,
      };
      const isFull = (now: QueueState): boolean => now.events > this.#limits.events || now.bytes > this.#limits.bytes;
      shrink(events, grown, isFull, (now, removed) => {
        dropped = removed;
        save(now);
      });
    });
    return { ...progress, first, count, dropped };
  }

  async take(limits: RequestLimits): Promise<Taken> {
    let taken: readonly KeptEvent[] = [];
    const progress = await this.#write(({ events, queue, save }) => {
      const keys = events.getAllKeys(null, limits.events);
      const texts = events.getAll(null, limits.events);
      texts.onsuccess = () => {
        const found = keys.result.map((key, index) => keptEvent(Number(key), String(texts.result[index])));
        taken = found.slice(0, fittingCount(found, limits));
        save({ ...queue, sent: Math.max(queue.sent, taken.at(-1)?.sequence ?? 0) });
      };
    });
    return { ...progress, events: taken };
  }

  remove(client: string, removed: readonly KeptEvent[]): Promise<Progress> {
    return this.#write(({ events, queue, save }) => {
      const [first, last] = [removed[0]?.sequence, removed.at(-1)?.sequence];
      if (queue.client !== client || first === undefined || last === undefined) {
        return;
      }
      const range = IDBKeyRange.bound(first, last);
      const keys = events.getAllKeys(range);
      keys.onsuccess = () => {
        // Without Web Locks, another tab may have removed them.
        const kept = new Set(keys.result.map(Number));
        const gone = removed.filter(({ sequence }) => kept.has(sequence));
        const bytes = gone.reduce((sum, each) => sum + each.bytes, 0);
        save({ ...queue, events: queue.events - gone.length, bytes: queue.bytes - bytes });
      };
      events.delete(range);
    });
  }

  async dropOldest(count: number): Promise<number> {
    let dropped = 0;
    await this.#write(({ events, queue, save }) => {
      const least = queue.events - count;
      shrink(
        events,
        queue,
        (now) => now.events > least,
        (now, removed) => {
          dropped = removed;
          save(now);
        },
      );
    });
    return dropped;
  }

  progress(): Promise<Progress> {
    return this.#write(() => undefined);
  }

  close(): void {
    this.#database?.then((database) => database.close()).catch(() => undefined);
    this.#database = undefined;
  }

  /** Runs an operation. If the connection to the database has broken, it runs once more on another one. */
  async #write(operate: (operation: Operation) => void): Promise<Progress> {
    try {
      return await this.#attempt(operate);
    } catch (error) {
      if (isQuotaExceeded(error) || this.#database === undefined) {
        throw error;
      }
      this.close();
    }
    try {
      return await this.#attempt(operate);
    } catch (error) {
      throw isQuotaExceeded(error) ? error : storageFailed(`failed: ${String(error)}`, error);
    }
  }

  async #attempt(operate: (operation: Operation) => void): Promise<Progress> {
    this.#database ??= this.#open();
    const database = await this.#database;
    return new Promise((resolve, reject) => {
      const transaction = database.transaction([EVENTS, QUEUE], 'readwrite');
      const events = transaction.objectStore(EVENTS);
      const states = transaction.objectStore(QUEUE);
      const stored = states.get(0);
      let queue: QueueState;
      let firstKey: IDBRequest<IDBValidKey | undefined>;
      stored.onsuccess = () => {
        queue = (stored.result as QueueState | undefined) ?? newQueue();
        const save = (next: QueueState): void => {
          queue = next;
          states.put(next, 0);
          firstKey = events.getKey(IDBKeyRange.lowerBound(0));
        };
        if (stored.result === undefined) {
          states.put(queue, 0);
        }
        firstKey = events.getKey(IDBKeyRange.lowerBound(0));
        operate({ events, queue, save });
      };
      transaction.oncomplete = () => {
        resolve({ client: queue.client, done: Number(firstKey.result ?? queue.last + 1) - 1 });
      };
      transaction.onabort = () => reject(transaction.error ?? new Error('The browser has aborted a transaction.'));
    });
  }

  async #open(): Promise<IDBDatabase> {
    try {
      const database = await openDatabase(this.#name);
      const forget = (): void => {
        this.#database = undefined;
        this.#onClosed();
      };
      database.onclose = forget;
      // Another program wants to delete the database, and waits until nothing has it open.
      database.onversionchange = () => {
        database.close();
        forget();
      };
      return database;
    } catch (error) {
      this.#database = undefined;
      throw error;
    }
  }
}

/** Whether the browser has no room left for the site. */
export function isQuotaExceeded(error: unknown): boolean {
  return (error as { readonly name?: unknown } | undefined)?.name === 'QuotaExceededError';
}

/** Removes the oldest events that were not sent, as long as a queue has too many. */
function shrink(
  events: IDBObjectStore,
  queue: QueueState,
  hasTooMany: (now: QueueState) => boolean,
  then: (now: QueueState, removed: number) => void,
): void {
  let now = queue;
  let removed = 0;
  if (!hasTooMany(now)) {
    then(now, removed);
    return;
  }
  const cursors = events.openCursor(IDBKeyRange.lowerBound(queue.sent, true));
  cursors.onsuccess = () => {
    const cursor = cursors.result;
    if (cursor === null || !hasTooMany(now)) {
      then(now, removed);
      return;
    }
    now = { ...now, events: now.events - 1, bytes: now.bytes - utf8Length(String(cursor.value)) };
    removed++;
    cursor.delete();
    cursor.continue();
  };
}
