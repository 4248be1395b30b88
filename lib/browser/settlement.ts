import type { Beacons } from './beacons.ts';
import type { GatewayEventDetails } from './gatewayEvent.ts';
import { Offsets } from './offsets.ts';
import type { Refusal } from './request/parseAnswer.ts';
import { keptEvent } from './request/requestText.ts';
import type { Added, Progress } from './store/eventStore.ts';

/** Which values of a subscription are settled, by what is known of the events of its client. */
export class Settlement {
  readonly #offsets = new Offsets();
  readonly #beacons: Beacons;
  readonly #report: (event: GatewayEventDetails) => void;
  #progress: Progress | undefined;

  constructor(beacons: Beacons, report: (event: GatewayEventDetails) => void) {
    this.#beacons = beacons;
    this.#report = report;
  }

  /** How far the events of the client are, if that is known. */
  get progress(): Progress | undefined {
    return this.#progress;
  }

  /** All values up to this offset are settled. */
  get watermark(): number {
    return this.#offsets.watermark;
  }

  /** Whether all values are settled. */
  get isComplete(): boolean {
    return this.#offsets.isSettled;
  }

  /** Whether an event is one of this subscription, and is not settled. */
  has(sequence: number): boolean {
    return this.#offsets.offsetOf(sequence) !== undefined;
  }

  /** The next values have no event: they were refused or dropped. */
  pass(count: number): void {
    this.#offsets.pass(count);
  }

  /** The next values were written, as far as they have a text and there was room. */
  onWritten(texts: readonly (string | undefined)[], added: Added): void {
    const { client, first, count } = added;
    this.#meet(client);
    let sequence = first;
    for (const text of texts) {
      if (text === undefined || sequence >= first + count) {
        this.#offsets.pass(1);
      } else {
        this.#offsets.add(sequence);
        this.#beacons.add(keptEvent(sequence, text));
        sequence++;
      }
    }
    if (count > 0) {
      this.#report({ kind: 'stored', count, first, last: first + count - 1 });
    }
    this.onProgress(added, []);
  }

  /** The events of the client are as far as this, and these were refused on the way. */
  onProgress({ client, done }: Progress, refused: readonly Refusal[]): void {
    this.#meet(client);
    const before = this.#progress;
    for (const { sequence, code, message } of refused) {
      this.#report({ kind: 'refused', code, message, sequence, offset: this.#offsets.offsetOf(sequence) });
    }
    const furthest = Math.max(done, before?.done ?? 0);
    this.#progress = { client, done: furthest };
    // Another tab may have settled what this one only now knows to be written.
    this.#offsets.settle(furthest);
    this.#beacons.settle(furthest);
    if (before !== undefined && furthest > before.done) {
      this.#report({ kind: 'durable', sequence: furthest });
    }
  }

  /** If the client is another one than before, the events of the former are gone. */
  #meet(client: string): void {
    if (this.#progress === undefined || this.#progress.client === client) {
      return;
    }
    const count = this.#offsets.unsettled;
    this.#offsets.clear();
    this.#beacons.settle(Number.POSITIVE_INFINITY);
    this.#progress = { client, done: 0 };
    if (count > 0) {
      this.#report({ kind: 'dropped', count, reason: 'cleared' });
    }
  }
}
