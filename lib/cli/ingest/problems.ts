import { countText } from './progressText.ts';

/** The number of kinds that are told apart. */
const MAX_KINDS = 20;
/** The number of records that are named for each kind. */
const MAX_NAMED = 3;

/** The records that do not fit for the same reason. */
interface Kind {
  count: number;
  /** The first ones, with their places. */
  readonly first: string[];
}

/** Sums up what is wrong with records, by kinds. The memory that it takes is bounded. */
export class Problems {
  readonly #kinds = new Map<string, Kind>();
  #count = 0;
  #otherCount = 0;

  /** The number of records. */
  get count(): number {
    return this.#count;
  }

  /**
   * Adds a record.
   *
   * @param location where it is: `readings.ndjson: line 17`
   * @param problem what is wrong: `temp: expected integer, got "x".`
   */
  add(location: string, problem: string): void {
    this.#count++;
    const name = kindOf(problem);
    const kind = this.#kinds.get(name) ?? { count: 0, first: [] };
    if (kind.count === 0 && this.#kinds.size === MAX_KINDS) {
      this.#otherCount++;
      return;
    }
    this.#kinds.set(name, kind);
    kind.count++;
    if (kind.first.length < MAX_NAMED) {
      kind.first.push(`${location}: ${problem}`);
    }
  }

  /** Returns the lines of a report: each kind, the most frequent one first, with its first records. */
  lines(): readonly string[] {
    const kinds = [...this.#kinds].sort(([, a], [, b]) => b.count - a.count);
    const lines = kinds.flatMap(([name, { count, first }]) => [
      `${countText(count)} × ${name}`,
      ...first.map((each) => `    ${each}`),
      ...(count > first.length ? ['    …'] : []),
    ]);
    return this.#otherCount === 0 ? lines : [...lines, `${countText(this.#otherCount)} × something else`];
  }
}

/** Returns a problem without the values of the record. */
function kindOf(problem: string): string {
  return problem
    .replaceAll(/"(?:[^"\\]|\\.)*"?…?/g, '…')
    .replaceAll(/\[\d+\]/g, '[]')
    .replaceAll(/such as [^,]+|(?<![\w(,])-?\d+(?:\.\d+)*(?![\w)])/g, (text) =>
      text.startsWith('such as ') ? text : '…',
    );
}
