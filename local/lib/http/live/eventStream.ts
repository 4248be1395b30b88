import type { LiveEvents } from '../../live/api/liveEvents.ts';
import type { LiveMonitor, LivePage } from '../../live/liveMonitor.ts';

/** A page that falls behind by more events than this misses the oldest ones. */
const MAX_WAITING = 500;
/** A page that takes nothing for this long is gone, or has fallen asleep. */
const MAX_SILENCE_MS = 60_000;
/** How long a page waits before it connects again, in ms. */
const RETRY_MS = 1000;

/** Of these, only the newest matters. */
const states: ReadonlySet<keyof LiveEvents> = new Set(['streams', 'tables', 'faults']);

interface WaitingEvent {
  readonly name: keyof LiveEvents;
  readonly data: string;
}

/**
 * The events of one page as Server-Sent Events. They are made when the page takes them, so that a slow page holds a
 * bounded number of them, and misses what is beyond.
 *
 * @returns undefined if too many pages are open
 */
export function eventStream(monitor: LiveMonitor): ReadableStream<Uint8Array> | undefined {
  const page = new EventPage();
  const leave = monitor.open(page);
  if (leave === undefined) {
    return undefined;
  }
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => controller.enqueue(encoder.encode(`retry: ${RETRY_MS}\n\n`)),
      pull: async (controller) => {
        const text = await page.next();
        if (text === undefined) {
          leave();
          controller.close();
        } else {
          controller.enqueue(encoder.encode(text));
        }
      },
      cancel: () => {
        page.close();
        leave();
      },
    },
    // What waits is counted here, not in the stream's own queue.
    { highWaterMark: 1 },
  );
}

class EventPage implements LivePage {
  #waiting: WaitingEvent[] = [];
  #wake: () => void = () => undefined;
  #isClosed = false;
  #takenAtMs = performance.now();

  onEvent(name: keyof LiveEvents, data: string): boolean {
    if (states.has(name)) {
      this.#waiting = this.#waiting.filter((event) => event.name !== name);
    }
    this.#waiting.push({ name, data });
    if (this.#waiting.length > MAX_WAITING) {
      this.#waiting.shift();
    }
    if (this.#waiting.length > 1 && performance.now() - this.#takenAtMs > MAX_SILENCE_MS) {
      this.close();
    }
    this.#wake();
    return !this.#isClosed;
  }

  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
    this.#wake();
  }

  /** All that waits, as soon as something does; undefined once the page is closed. */
  async next(): Promise<string | undefined> {
    if (this.#waiting.length === 0 && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#isClosed) {
      return undefined;
    }
    const text = this.#waiting.map(({ name, data }) => `event: ${name}\ndata: ${data}\n\n`).join('');
    this.#waiting = [];
    this.#takenAtMs = performance.now();
    return text;
  }
}
