import type { SimulatedRecord } from '../plan/simulatedRecord.ts';
import type { SimulationPlan } from '../plan/simulationPlan.ts';
import type { Findings } from './findings.ts';

/**
 * The place of a record, of which it has exactly one: not emitted yet, waiting, sent and not acknowledged,
 * acknowledged, rejected and not taken in, taken in, dropped, without anything to send, or refused with the end of the
 * stream.
 */
export type RecordPlace =
  | 'unseen'
  | 'queued'
  | 'sent'
  | 'durable'
  | 'held'
  | 'takenIn'
  | 'dropped'
  | 'blank'
  | 'refused';

/** A record with its place. */
export interface BookEntry {
  readonly record: SimulatedRecord;
  place: RecordPlace;
  /** The stream that has sent it. */
  lane: number;
  /** The connection that has sent it last. */
  connection: number;
  /** Whether it was emitted while another value was taken, and that one is not taken yet. */
  isNested: boolean;
}

/** The places of all records of a run, as they follow from what is seen from outside. */
export class RecordBook {
  readonly entries: BookEntry[] = [];
  readonly #findings: Findings;
  readonly #mayDrop: boolean;
  #prefix = -1;
  #pendingCount = 0;
  #pendingBytes = 0;
  #heldBytes = 0;
  #droppedCount = 0;
  /** The number of them that the prefix has passed. */
  #droppedBelow = 0;

  constructor(plan: SimulationPlan, findings: Findings) {
    this.#findings = findings;
    const { overflow, streams } = plan.limits;
    this.#mayDrop = overflow === 'dropOldest' || (overflow === 'dropNewest' && streams > 1);
  }

  /** The number of records that were emitted and have an offset. */
  get count(): number {
    const last = this.entries.at(-1);
    return this.entries.length - (last?.place === 'refused' ? 1 : 0);
  }

  /** The number of records that are waiting, or sent and not acknowledged. */
  get pendingCount(): number {
    return this.#pendingCount;
  }

  /** The number of bytes that count towards the limits. */
  get loadBytes(): number {
    return this.#pendingBytes + this.#heldBytes;
  }

  /** The number of records that are known to be dropped. */
  get droppedCount(): number {
    return this.#droppedCount;
  }

  /** The number of records above the prefix that count towards the limits. */
  get waitingCount(): number {
    const { prefix } = this;
    return this.count - 1 - prefix - (this.#droppedCount - this.#droppedBelow);
  }

  /** The highest offset up to which nothing is owed any more. */
  get prefix(): number {
    for (;;) {
      const place = this.entries[this.#prefix + 1]?.place;
      if (place !== 'durable' && place !== 'takenIn' && place !== 'dropped' && place !== 'blank') {
        return this.#prefix;
      }
      this.#prefix++;
      this.#droppedBelow += place === 'dropped' ? 1 : 0;
    }
  }

  /** Adds a record that the source emits. */
  add(record: SimulatedRecord, place: RecordPlace): BookEntry {
    const entry: BookEntry = { record, place, lane: -1, connection: -1, isNested: false };
    this.entries.push(entry);
    this.#weigh(entry, 1);
    if (place === 'dropped') {
      this.#droppedCount++;
    }
    return entry;
  }

  /** Moves a record to another place. */
  move(entry: BookEntry, place: RecordPlace): void {
    this.#weigh(entry, -1);
    entry.place = place;
    this.#weigh(entry, 1);
    if (place === 'dropped') {
      this.#droppedCount++;
    }
  }

  /** Forgets the records that were emitted from within one that was refused: it has ended the stream. */
  discardBehindRefused(): void {
    const refused = this.entries.findIndex(({ place }) => place === 'refused');
    if (refused >= 0) {
      for (const entry of this.entries.splice(refused + 1)) {
        this.#weigh(entry, -1);
      }
    }
  }

  /** Passes over records that the client has left behind: they can only be dropped. */
  passOver(entry: BookEntry, why: string): void {
    if (entry.place === 'queued' && this.#mayDrop) {
      this.move(entry, 'dropped');
    } else {
      this.#findings.report('conservation', `record ${entry.record.id} is ${entry.place}, but ${why}`);
    }
  }

  /** The records that must be handed back, in order. */
  owed(): BookEntry[] {
    return this.entries.filter(({ place }) => place === 'queued' || place === 'sent' || place === 'held');
  }

  /** Returns the number of records that a stream has sent and that are not acknowledged, but for those of a call. */
  countSent(ofLane: number, exceptCall: number = -1): number {
    let count = 0;
    for (const { place, lane, connection } of this.entries) {
      count += place === 'sent' && lane === ofLane && connection !== exceptCall ? 1 : 0;
    }
    return count;
  }

  #weigh({ place, record }: BookEntry, sign: 1 | -1): void {
    if (place === 'queued' || place === 'sent') {
      this.#pendingCount += sign;
      this.#pendingBytes += sign * record.wireBytes;
    } else if (place === 'held') {
      const isSent = record.kind !== 'unfit' && record.kind !== 'keyless';
      this.#heldBytes += sign * (isSent ? record.wireBytes : (record.payload?.length ?? 0));
    }
  }
}
