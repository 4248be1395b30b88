import type { ZerobusEvent } from '../../lib/stream/zerobusEvent.ts';
import { KEY_COUNT } from './chaosTable.ts';
import type { Findings } from './findings.ts';

/** How a client is to end: when all is durable, at its first failure, or when it is aborted. */
export type Ending = 'complete' | 'giveUp' | 'abort';

/** How a client has ended. */
export interface ClientOutcome {
  /** Its error. Undefined if it has completed. */
  readonly error?: unknown;
  /** The numbers of the rows that the error hands back. */
  readonly handedBack?: readonly number[];
}

/**
 * The books of one client. Its rows have consecutive numbers. They say how often each may be in the table: once, and
 * once more for each time that the client has sent again what was not durable, while the row was not.
 */
export class ClientBooks {
  readonly name: string;
  readonly first: number;
  /** The number of replays when each row was accepted. */
  readonly #replaysWhenSent: number[] = [];
  /** The number of replays when each row was acknowledged. */
  readonly #replaysWhenAcknowledged: number[] = [];
  readonly #problems: string[] = [];
  #replays = 0;
  #resent = 0;

  /** @param first the number of the client's first row */
  constructor(name: string, first: number) {
    this.name = name;
    this.first = first;
  }

  /** How many rows the client has accepted. */
  get sent(): number {
    return this.#replaysWhenSent.length;
  }

  /** How many rows are acknowledged, from the first on. */
  get acknowledged(): number {
    return this.#replaysWhenAcknowledged.length;
  }

  /** For the option `events` of the client. */
  readonly events = {
    next: (event: ZerobusEvent): void => {
      if (event.kind === 'replayed') {
        this.#replays += 1;
        this.#resent += event.records;
      }
    },
  };

  /** Records that the client is given its next row. */
  send(): void {
    this.#replaysWhenSent.push(this.#replays);
  }

  /** Records that the client has refused the row that it was given last. */
  withdraw(): void {
    this.#replaysWhenSent.pop();
  }

  /** Records that so many rows are durable. */
  acknowledge(count: number): void {
    if (count < this.acknowledged || count > this.sent) {
      this.#problem(`the watermark goes from ${this.acknowledged} to ${count} rows, and ${this.sent} were sent`);
    }
    while (this.acknowledged < count) {
      this.#replaysWhenAcknowledged.push(this.#replays);
    }
  }

  /** Records that a value has come back from the client, which must be the next one. */
  emit(number: number): void {
    if (number !== this.first + this.acknowledged) {
      this.#problem(`emitted ${number} instead of ${this.first + this.acknowledged}`);
    }
    this.acknowledge(this.acknowledged + 1);
  }

  /** Checks the end of the client: each row that it has accepted is durable, or was handed back. */
  close({ error, handedBack = [] }: ClientOutcome, ending: Ending): void {
    if (error === undefined ? this.acknowledged < this.sent : ending === 'complete') {
      this.#problem(`${this.acknowledged} of ${this.sent} rows are durable in the end: ${error}`);
    }
    if (error !== undefined && ending === 'giveUp') {
      const due = this.sent - this.acknowledged;
      const isRight = handedBack.every((number, index) => number === this.first + this.acknowledged + index);
      if (handedBack.length !== due || !isRight) {
        this.#problem(`hands back ${handedBack.length} rows from ${handedBack[0]} on, instead of ${due}: ${error}`);
      }
    }
  }

  /**
   * Compares the books with the table.
   *
   * @param numbers the numbers of all rows of the table, in the order in which they arrived
   */
  compare(numbers: readonly number[], findings: Findings): void {
    const counts = new Uint16Array(this.sent);
    const newest = new Array<number>(KEY_COUNT).fill(-1);
    let late = 0;
    for (const number of numbers) {
      const index = number - this.first;
      const count = counts[index];
      if (count !== undefined) {
        counts[index] = count + 1;
        const key = number % KEY_COUNT;
        late += count === 0 && index < (newest[key] ?? -1) ? 1 : 0;
        newest[key] = Math.max(newest[key] ?? -1, index);
      }
    }
    const missing = counts.subarray(0, this.acknowledged).filter((count) => count === 0).length;
    const doubled = counts.reduce((sum, count) => sum + Math.max(0, count - 1), 0);
    const tooOften = counts.reduce((sum, count, index) => sum + Math.max(0, count - this.#mostCopies(index)), 0);
    const surplus = Math.max(tooOften, doubled - this.#resent);
    if (missing > 0) {
      this.#problem(`${missing} acknowledged rows are lost, such as ${this.first + counts.indexOf(0)}`);
    }
    if (surplus > 0) {
      this.#problem(`${surplus} rows more than were sent are in the table`);
    }
    if (late > 0) {
      this.#problem(`${late} rows came behind later ones of their key`);
    }
    findings.sent += this.sent;
    findings.acknowledged += this.acknowledged;
    findings.resent += this.#resent;
    findings.lost += missing;
    findings.doubled += doubled;
    findings.surplus += surplus;
    findings.disordered += late;
    findings.problems.push(...this.#problems);
  }

  /** Whether a row with this number may be in the table. */
  has(number: number): boolean {
    return number >= this.first && number < this.first + this.sent;
  }

  #mostCopies(index: number): number {
    return 1 + (this.#replaysWhenAcknowledged[index] ?? this.#replays) - (this.#replaysWhenSent[index] ?? 0);
  }

  #problem(text: string): void {
    this.#problems.push(`${this.name}: ${text}.`);
  }
}
