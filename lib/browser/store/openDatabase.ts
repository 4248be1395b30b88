import { reasonOf } from '../../errors/reasonOf.ts';
import { ZerobusError } from '../../errors/zerobusError.ts';

/** The object store with the JSON texts of events, by sequence number. */
export const EVENTS = 'events';
/** The object store with the one {@link QueueState}. */
export const QUEUE = 'queue';

/**
 * Opens the database of a client, and creates it if it is missing.
 *
 * @param name the name of the database
 * @throws {@link ZerobusError} `STORAGE_FAILED` if there is no IndexedDB, or if the browser refuses it
 */
export function openDatabase(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => reject(storageFailed(`cannot be opened: ${reasonOf(cause)}`, cause));
    if (globalThis.indexedDB === undefined) {
      fail('there is none');
      return;
    }
    try {
      const request = indexedDB.open(name, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore(EVENTS, { autoIncrement: true });
        request.result.createObjectStore(QUEUE);
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => fail(request.error);
    } catch (error) {
      // A browser without cookies throws.
      fail(error);
    }
  });
}

/** The error if the browser has no room left for the site. */
export function storageFull(cause: unknown): ZerobusError {
  return new ZerobusError(
    'STORAGE_FULL',
    'The browser has no room left for the site. Choose an overflow that drops events, or keep fewer with maxStoredBytes.',
    { cause },
  );
}

/** The error if IndexedDB does not do what it should. */
export function storageFailed(problem: string, cause: unknown): ZerobusError {
  return new ZerobusError(
    'STORAGE_FAILED',
    `IndexedDB ${problem.replace(/\.$/, '')}. Pass fallback: 'memory' to go on without it: events are lost with the page then.`,
    { cause },
  );
}

/** Whether the browser has no room left for the site. */
export function isQuotaExceeded(error: unknown): boolean {
  return (error as { readonly name?: unknown } | undefined)?.name === 'QuotaExceededError';
}
