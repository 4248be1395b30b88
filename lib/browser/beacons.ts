import type { GatewayEventDetails } from './gatewayEvent.ts';
import { fittingCount, type KeptEvent, requestText } from './request/requestText.ts';
import { utf8Length } from './request/utf8Length.ts';
import type { Progress } from './store/eventStore.ts';

/** The bytes of all beacons and requests with `keepalive` that a browser takes in at a time. */
const BUDGET_BYTES = 64 * 1024;
/** A beacon leaves room in the budget for others, and its head for a client and a number. */
const MOST_BEACON_BYTES = 16 * 1024;
const HEAD_BYTES = 128;

/**
 * Sends the newest events that are not durable when the page is hidden, since it may never be shown again. The page
 * sees no answer, so they stay in the store, and the gateway knows them as repeats.
 */
export class Beacons {
  readonly #url: string;
  readonly #report: (event: GatewayEventDetails) => void;
  readonly #events: KeptEvent[] = [];
  #bytes = 0;
  #sent = 0;

  constructor(url: string, report: (event: GatewayEventDetails) => void) {
    this.#url = url;
    this.#report = report;
  }

  /** Adds an event that is stored. Those that exceed the budget of the browser are left to later requests. */
  add(event: KeptEvent): void {
    this.#events.push(event);
    this.#bytes += event.bytes;
    while (this.#bytes > BUDGET_BYTES) {
      this.#bytes -= this.#events.shift()?.bytes ?? this.#bytes;
    }
  }

  /** Forgets the events up to this sequence number. */
  settle(done: number): void {
    const kept = this.#events.findIndex(({ sequence }) => sequence > done);
    for (const { bytes } of this.#events.splice(0, kept < 0 ? this.#events.length : kept)) {
      this.#bytes -= bytes;
    }
  }

  /** The page is shown: the next time it is hidden, all is sent again that is not durable. */
  onShown(): void {
    this.#sent = 0;
  }

  /** Sends what no beacon has sent since the page was hidden, as far as the browser takes it in. */
  send({ client, done }: Progress): void {
    let events = this.#events.filter(
      ({ sequence, bytes }) => sequence > this.#sent && bytes <= MOST_BEACON_BYTES - 2 * HEAD_BYTES,
    );
    while (events.length > 0) {
      const count = fittingCount(events, { events: events.length, bytes: MOST_BEACON_BYTES - HEAD_BYTES });
      const body = requestText(client, done + 1, events.slice(0, count));
      // A text has a type that needs no preflight.
      const isAccepted = navigator.sendBeacon?.(this.#url, body) ?? false;
      this.#report({ kind: 'beacon', count, bytes: utf8Length(body), isAccepted });
      if (!isAccepted) {
        return;
      }
      this.#sent = events[count - 1]?.sequence ?? this.#sent;
      events = events.slice(count);
    }
  }
}
