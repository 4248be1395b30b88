import type { SchedulerLike } from 'rxjs';
import { isZerobusError, type ZerobusError } from '../../errors/zerobusError.ts';
import type { EventStore, StoreLimits } from './eventStore.ts';
import { IndexedDbStore } from './indexedDbStore.ts';
import { MemoryStore } from './memoryStore.ts';
import { isQuotaExceeded, storageFull } from './openDatabase.ts';

/** Options of {@link openStore}. */
export interface OpenStoreOptions {
  /** The name of the database. */
  readonly database: string;
  readonly limits: StoreLimits;
  readonly scheduler: SchedulerLike;
  /** Whether events are kept in memory if IndexedDB cannot be used. */
  readonly hasFallback: boolean;
  /** Called if the browser has closed the database. */
  readonly onClosed: () => void;
  /** Called if events are kept in memory, with the reason. */
  readonly onMemory: (error: ZerobusError) => void;
}

/**
 * Opens the store of a page's events.
 *
 * @throws {@link ZerobusError} `STORAGE_FAILED` or `STORAGE_FULL` if IndexedDB cannot be used, and memory is no
 * fallback
 */
export async function openStore(options: OpenStoreOptions): Promise<EventStore> {
  const { database: name, limits, scheduler, onClosed } = options;
  const store = new IndexedDbStore({ name, limits, onClosed, scheduler });
  try {
    await store.progress();
    return store;
  } catch (thrown) {
    const error = isQuotaExceeded(thrown) ? storageFull(thrown) : thrown;
    if (!options.hasFallback || !isZerobusError(error)) {
      throw error;
    }
    options.onMemory(error);
    return new MemoryStore(limits);
  }
}
