import type { FuzzResult } from './fuzzResult.ts';

const MINUTE = 60_000;

/** A line about a target that is fuzzed: in place on a terminal, and every ten minutes elsewhere. */
export class ProgressLine {
  readonly #name: string;
  readonly #minutes: number;
  readonly #start = Date.now();
  #shownAt = this.#start;

  constructor(name: string, minutes: number) {
    this.#name = name.padEnd(16);
    this.#minutes = minutes;
  }

  /** Shows how far it is. */
  show(result: FuzzResult): void {
    if (process.stdout.isTTY) {
      process.stdout.write(`\r${this.#text(result)}\u001b[K`);
    } else if (Date.now() - this.#shownAt > 10 * MINUTE) {
      this.#shownAt = Date.now();
      process.stdout.write(`${this.#text(result)}\n`);
    }
  }

  /** Shows the end. */
  end(result: FuzzResult): void {
    process.stdout.write(
      `${process.stdout.isTTY ? '\r' : ''}${this.#text(result)}${process.stdout.isTTY ? '\u001b[K' : ''}\n`,
    );
  }

  #text({ inputCount, coverage, findings }: FuzzResult): string {
    const elapsedMs = Date.now() - this.#start;
    const parts = [
      `${(elapsedMs / MINUTE).toFixed(1)} of ${this.#minutes} min`,
      `${inputCount.toLocaleString('en')} inputs`,
      `${Math.round((inputCount / Math.max(elapsedMs, 1)) * 1000).toLocaleString('en')}/s`,
      ...(coverage === undefined ? [] : [`${coverage} edges`]),
      `${findings.length} findings`,
    ];
    return `${this.#name} ${parts.join('   ')}`;
  }
}
