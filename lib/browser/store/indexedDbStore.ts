import { firstValueFrom, type SchedulerLike, timer } from 'rxjs';
import { reasonOf } from '../../errors/reasonOf.ts';
import { isZerobusError, type ZerobusError } from '../../errors/zerobusError.ts';
import { fittingCount, type KeptEvent, keptEvent, type RequestLimits } from '../request/requestText.ts';
import { utf8Length } from '../request/utf8Length.ts';
import type { Added, EventStore, Progress, StoreLimits, Taken } from './eventStore.ts';
import { EVENTS, isQuotaExceeded, openDatabase, QUEUE, storageFailed } from './openDatabase.ts';
import { grown, newQueue, type QueueState, roomFor } from './queueState.ts';
import { shrink } from './shrink.ts';

/** One operation within a transaction. */
interface Operation {
  readonly events: IDBObjectStore;
  readonly queue: QueueState;
  /** Writes the state that the operation leads to. */
  save(queue: QueueState): void;
}

/** Begins a transaction, without a look at the state. */
type Begin = (events: IDBObjectStore) => void;

/** How a transaction differs from others. */
interface Mode {
  /** Whether the state that it leads to is written. Defaults to `true`. */
  readonly savesState?: boolean;
  /** Whether it ends only when all that was written is on the disk. Defaults to `default`: as the browser likes. */
  readonly durability?: IDBTransactionDurability;
}

/** Goes on with a transaction, once the state is known. */
type Operate = (operation: Operation) => void;

/** Options of an {@link IndexedDbStore}. */
export interface IndexedDbStoreOptions {
  /** The name of the database. */
  readonly name: string;
  readonly limits: StoreLimits;
  /** Called if the browser has closed the database, such as when the user clears the data. */
  readonly onClosed: () => void;
  readonly scheduler: SchedulerLike;
}

/** The waits before the next attempts to open a database that is being deleted, in milliseconds. */
const waitsMs: readonly number[] = [50, 200, 800, 3200];

/**
 * Keeps events in IndexedDB, for all tabs of a site.
 *
 * Each operation is one transaction, however many events it has: the keys and the state are right in every tab, and no
 * event has a promise of its own.
 */
export class IndexedDbStore implements EventStore {
  readonly isPersistent = true;
  readonly #parts: IndexedDbStoreOptions;
  readonly #limits: StoreLimits;
  #database: IDBDatabase | undefined;
  #opening: Promise<IDBDatabase> | undefined;
  /** Whether the open database is known to have a client. */
  #isReady = false;

  constructor(parts: IndexedDbStoreOptions) {
    this.#parts = parts;
    this.#limits = parts.limits;
  }

  /**
   * Adds events in a transaction that is committed at once, so that it does not need the page any more, which may be
   * closed in the next turn. Unless that is likely, another one looks at the limits behind it. If it fails, the events
   * are there, and are not counted.
   */
  async add(texts: readonly string[], isUrgent: boolean): Promise<Added> {
    const sizes = texts.map(utf8Length);
    let firstKey: IDBRequest<IDBValidKey> | undefined;
    const put = (events: IDBObjectStore): void => {
      firstKey = undefined;
      for (const text of texts) {
        const added = events.add(text);
        firstKey ??= added;
      }
    };
    if (isUrgent && this.#isReady) {
      const progress = await this.#write(put);
      return { ...progress, first: Number(firstKey?.result), count: texts.length, dropped: 0 };
    }
    // Both begin in this turn, so that no transaction of another tab comes between them.
    const adding = this.#write(put);
    let [count, dropped] = [texts.length, 0];
    const operate: Operate = ({ events, queue, save }) => {
      if (firstKey?.readyState !== 'done' || firstKey.error !== null) {
        return;
      }
      const first = Number(firstKey.result);
      const last = first + texts.length - 1;
      const { dropsOldest } = this.#limits;
      count = dropsOldest ? texts.length : roomFor(sizes, queue, this.#limits);
      if (count < texts.length) {
        events.delete(IDBKeyRange.bound(first + count, last));
      }
      const bytes = sizes.slice(0, count).reduce((sum, size) => sum + size, 0);
      const isFull = (now: QueueState): boolean => now.events > this.#limits.events || now.bytes > this.#limits.bytes;
      shrink(
        events,
        { ...grown(queue, count, bytes), last: Math.max(queue.last, last) },
        dropsOldest ? isFull : never,
        (now, removed) => {
          dropped = removed;
          save(now);
        },
      );
    };
    const [added, counted] = await Promise.allSettled([adding, this.#attempt(nothing, operate, {})]);
    if (added.status === 'rejected') {
      throw added.reason;
    }
    const first = Number(firstKey?.result);
    return counted.status === 'fulfilled'
      ? { ...counted.value, first, count, dropped }
      : { ...(await this.progress()), first, count: texts.length, dropped: 0 };
  }

  async take(limits: RequestLimits): Promise<Taken> {
    let taken: readonly KeptEvent[] = [];
    // A number must not be given out again, as after a loss of power, once the gateway knows it.
    const progress = await this.#relieve('strict', ({ events, queue, save }) => {
      const keys = events.getAllKeys(null, limits.events);
      const texts = events.getAll(null, limits.events);
      texts.onsuccess = () => {
        const found = keys.result.map((key, index) => keptEvent(Number(key), String(texts.result[index])));
        taken = found.slice(0, fittingCount(found, limits));
        const last = taken.at(-1)?.sequence ?? 0;
        const known = taken.length === 0 ? { ...queue, events: 0, bytes: 0 } : queue;
        save({ ...known, last: Math.max(queue.last, last), sent: Math.max(queue.sent, last) });
      };
    });
    return { ...progress, events: taken };
  }

  remove(client: string, removed: readonly KeptEvent[]): Promise<Progress> {
    return this.#relieve('default', ({ events, queue, save }) => {
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
        save({ ...grown(queue, -gone.length, -bytes), last: Math.max(queue.last, last) });
      };
      events.delete(range);
    });
  }

  async dropOldest(count: number): Promise<number> {
    let dropped = 0;
    await this.#relieve('default', ({ events, queue, save }) => {
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
    return this.#write(nothing, nothing);
  }

  close(): void {
    this.#database?.close();
    this.#opening?.then((database) => database.close()).catch(nothing);
    this.#forget();
  }

  /**
   * Runs a transaction that adds no event. If the browser has no room for the state either, the events go without it:
   * it counts too many until there is room, or else nothing would make room.
   */
  async #relieve(durability: IDBTransactionDurability, operate: Operate): Promise<Progress> {
    try {
      return await this.#write(nothing, operate, { durability });
    } catch (error) {
      if (!isQuotaExceeded(error)) {
        throw error;
      }
      return this.#write(nothing, operate, { durability, savesState: false });
    }
  }

  /**
   * Runs one transaction. If the connection to the database has broken, it runs once more on another one.
   *
   * @param begin begins it, without a look at the state
   * @param operate goes on with the state. Without it, the transaction is committed at once
   * @param mode how it differs from other transactions
   */
  async #write(begin: Begin, operate?: Operate, mode: Mode = {}): Promise<Progress> {
    try {
      return await this.#attempt(begin, operate, mode);
    } catch (error) {
      if (isQuotaExceeded(error) || isZerobusError(error)) {
        throw error;
      }
      this.close();
    }
    try {
      return await this.#attempt(begin, operate, mode);
    } catch (error) {
      throw isQuotaExceeded(error) || isZerobusError(error)
        ? error
        : storageFailed(`failed: ${reasonOf(error)}`, error);
    }
  }

  async #attempt(begin: Begin, operate: Operate | undefined, mode: Mode): Promise<Progress> {
    const database = this.#database ?? (await this.#open());
    return new Promise((resolve, reject) => {
      const transaction = database.transaction([EVENTS, QUEUE], 'readwrite', {
        durability: mode.durability ?? 'default',
      });
      const [events, states] = [transaction.objectStore(EVENTS), transaction.objectStore(QUEUE)];
      begin(events);
      const stored = states.get(0);
      let queue: QueueState | undefined;
      let firstKey = events.getKey(IDBKeyRange.lowerBound(0));
      const save = (next: QueueState): void => {
        queue = next;
        if (mode.savesState !== false) {
          states.put(next, 0);
        }
        firstKey = events.getKey(IDBKeyRange.lowerBound(0));
        transaction.commit?.();
      };
      stored.onsuccess = () => {
        queue = stored.result as QueueState | undefined;
        if (operate === undefined) {
          return;
        }
        if (queue === undefined) {
          queue = newQueue();
          states.put(queue, 0);
        }
        operate({ events, queue, save });
      };
      if (operate === undefined) {
        transaction.commit?.();
      }
      transaction.oncomplete = () => {
        this.#isReady = this.#database === database;
        const { client, last } = queue ?? newQueue();
        resolve({ client, done: Number(firstKey.result ?? last + 1) - 1 });
      };
      transaction.onabort = () => reject(transaction.error ?? new Error('The browser has aborted a transaction.'));
    });
  }

  async #open(): Promise<IDBDatabase> {
    this.#opening ??= this.#openPatiently();
    const opening = this.#opening;
    try {
      const database = await opening;
      if (this.#opening === opening) {
        this.#opening = undefined;
        this.#database = database;
        database.onclose = () => this.#onLost(database);
        // Another program wants to delete the database, and waits until nothing has it open.
        database.onversionchange = () => {
          database.close();
          this.#onLost(database);
        };
      }
      return database;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  /** A database that is being deleted cannot be opened yet. */
  async #openPatiently(): Promise<IDBDatabase> {
    for (const waitMs of waitsMs) {
      try {
        return await openDatabase(this.#parts.name);
      } catch (error) {
        if (((error as ZerobusError).cause as Error | undefined)?.name !== 'AbortError') {
          throw error;
        }
      }
      await firstValueFrom(timer(waitMs, this.#parts.scheduler));
    }
    return openDatabase(this.#parts.name);
  }

  #onLost(database: IDBDatabase): void {
    if (this.#database === database) {
      this.#forget();
      this.#parts.onClosed();
    }
  }

  #forget(): void {
    [this.#database, this.#opening] = [undefined, undefined];
    this.#isReady = false;
  }
}

function nothing(): void {
  // There is nothing to do.
}

function never(): boolean {
  return false;
}
