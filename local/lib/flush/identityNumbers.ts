import type { DeltaAction } from '../delta/deltaAction.ts';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { TableStoreError } from '../errors.ts';
import type { IdentityColumn } from '../schema/deltaType.ts';
import { identityColumns, withIdentityMarks } from '../schema/identityMarks.ts';

/**
 * The numbers that the identity columns of a table give to the rows of one segment. They are used up only by the commit
 * that records the last ones, together with the rows.
 */
export class IdentityNumbers {
  readonly #columns: ReadonlyMap<string, IdentityColumn>;
  /** The next number of each column. */
  readonly #next = new Map<string, bigint>();
  #rows = 0;

  /** @param snapshot the table as of the last commit */
  constructor({ metaData }: DeltaSnapshot) {
    this.#columns = identityColumns(metaData.schemaString);
    for (const [name, identity] of this.#columns) {
      this.#next.set(name, firstNumber(identity));
    }
  }

  /** The next number of each column. */
  get next(): ReadonlyMap<string, bigint> {
    return this.#next;
  }

  /**
   * Gives numbers to that many rows, which were written.
   *
   * @param rows a negative number takes the last ones back, because the files of their rows were discarded
   */
  give(rows: number): void {
    this.#rows += rows;
    for (const [name, { step }] of this.#columns) {
      this.#next.set(name, (this.#next.get(name) ?? 0n) + step * BigInt(rows));
    }
  }

  /**
   * The action that records the last numbers.
   *
   * @returns undefined if no number was given
   * @throws {@link TableStoreError} if another writer has given numbers meanwhile. The rows must be written again.
   */
  record({ tablePath, metaData }: DeltaSnapshot): DeltaAction | undefined {
    if (this.#columns.size === 0 || this.#rows === 0) {
      return undefined;
    }
    const present = identityColumns(metaData.schemaString);
    const marks = new Map<string, bigint>();
    for (const [name, identity] of this.#columns) {
      if (present.get(name)?.highWaterMark !== identity.highWaterMark) {
        throw new TableStoreError(
          `Another writer has numbered rows of ${tablePath} meanwhile. The flush is tried again with other numbers.`,
        );
      }
      marks.set(name, (this.#next.get(name) ?? 0n) - identity.step);
    }
    return { metaData: { ...metaData, schemaString: withIdentityMarks(metaData.schemaString, marks) } };
  }
}

/** The first number that was not given: `start`, or the next one after the last. */
function firstNumber({ start, step, highWaterMark: mark }: IdentityColumn): bigint {
  const isBefore = mark === undefined || (step > 0n ? mark < start : mark > start);
  return isBefore ? start : start + ((mark - start) / step + 1n) * step;
}
