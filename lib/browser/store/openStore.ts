import { isZerobusError, type ZerobusError } from '../../errors/zerobusError.ts';
import type { GatewayOptions } from '../gatewayOptions.ts';
import type { EventStore } from './eventStore.ts';
import { IndexedDbStore } from './indexedDbStore.ts';
import { MemoryStore } from './memoryStore.ts';

/** Options of {@link openStore}. */
export interface OpenStoreOptions {
  readonly options: Pick<GatewayOptions, 'database' | 'fallback' | 'overflow' | 'maxStoredEvents' | 'maxStoredBytes'>;
  /** Called if the browser has closed the database. */
  readonly onClosed: () => void;
  /** Called if events are kept in memory, with the reason. */
  readonly onMemory: (error: ZerobusError) => void;
}

/**
 * Opens the store of a page's events.
 *
 * @throws {@link ZerobusError} `STORAGE_FAILED` if IndexedDB cannot be used, and memory is no fallback
 */
export async function openStore({ options, onClosed, onMemory }: OpenStoreOptions): Promise<EventStore> {
  const limits = {
    events: options.maxStoredEvents,
    bytes: options.maxStoredBytes,
    dropsOldest: options.overflow === 'dropOldest',
  };
  const store = new IndexedDbStore(options.database, limits, onClosed);
  try {
    await store.progress();
    return store;
  } catch (error) {
    if (options.fallback === 'error' || !isZerobusError(error)) {
      throw error;
    }
    onMemory(error);
    return new MemoryStore(limits);
  }
}
