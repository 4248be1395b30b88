import { utf8Length } from '../request/utf8Length.ts';
import type { QueueState } from './queueState.ts';

/** Removes the oldest events that were not sent, as long as a queue has too many. */
export function shrink(
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
