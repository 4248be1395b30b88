import type { StoreLimits } from './eventStore.ts';

/** What a database keeps about its events. */
export interface QueueState {
  readonly client: string;
  /** The number of events. */
  readonly events: number;
  /** The bytes of their JSON texts. */
  readonly bytes: number;
  /** The highest sequence number that was given out. */
  readonly last: number;
  /** Events up to this sequence number were sent, and are not dropped. */
  readonly sent: number;
}

/**
 * The state of a queue after a change of its events and bytes. Urgent writes are not counted, so neither goes below 0.
 */
export function grown(queue: QueueState, events: number, bytes: number): QueueState {
  return { ...queue, events: Math.max(0, queue.events + events), bytes: Math.max(0, queue.bytes + bytes) };
}

/** The state of a new client. */
export function newQueue(): QueueState {
  return { client: randomUuid(), events: 0, bytes: 0, last: 0, sent: 0 };
}

/** `crypto.randomUUID` is only there on pages of https. */
function randomUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte, index) =>
    (index === 6 ? (byte & 0x0f) | 0x40 : index === 8 ? (byte & 0x3f) | 0x80 : byte).toString(16).padStart(2, '0'),
  ).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/**
 * Returns how many of the next events have room, if none is dropped.
 *
 * @param sizes the bytes of each
 */
export function roomFor(sizes: readonly number[], { events, bytes }: QueueState, limits: StoreLimits): number {
  let count = 0;
  let total = bytes;
  for (const size of sizes) {
    total += size;
    if (events + count >= limits.events || total > limits.bytes) {
      break;
    }
    count++;
  }
  return count;
}
