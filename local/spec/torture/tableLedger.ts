import type { TableReading } from '../support/foreignWriter/readForeignTable.ts';
import type { ChildRun } from './childRun.ts';

/** What a ledger has found wrong. */
export interface Findings {
  lost: number;
  doubled: number;
  /** Everything, in words. */
  readonly problems: string[];
}

/**
 * The books of one table: which rows were sent and acknowledged, and which the store has brought into the table. What
 * other writers add and take away is booked as such, so that between two of their commits rows can only come, each
 * once.
 */
export class TableLedger {
  readonly name: string;
  readonly #findings: Findings;
  readonly #sent = new Set<number>();
  readonly #acknowledged = new Set<number>();
  readonly #arrived = new Set<number>();
  /** Rows that an older copy of the table has taken away, and that may come once more out of the write-ahead log. */
  readonly #mayReturn = new Set<number>();
  /** Rows that wait under another name of the table. */
  readonly #excused = new Set<number>();
  /** Files that were found missing before. */
  readonly #missingFiles = new Set<string>();
  readonly #seenFiles = new Set<string>();
  #present: ReadonlyMap<number, number> = new Map();
  #newest = Number.NEGATIVE_INFINITY;

  constructor(name: string, findings: Findings) {
    this.name = name;
    this.#findings = findings;
  }

  /** How many rows of the ledger are acknowledged. */
  get acknowledged(): number {
    return this.#acknowledged.size;
  }

  /** How many rows the table had last. */
  get rows(): number {
    return [...this.#present.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Names of data files that were in the table at some time. */
  get seenFiles(): ReadonlySet<string> {
    return this.#seenFiles;
  }

  /** Books what a process has sent to the table of this name, and what was acknowledged of it. */
  take(run: ChildRun, table: string): void {
    for (const number of run.rowNumbers('sent', table)) {
      this.#sent.add(number);
    }
    for (const number of run.rowNumbers('acked', table)) {
      this.#acknowledged.add(number);
    }
  }

  /** Takes in what the table holds, after which only the store has written to it. */
  observe(reading: TableReading): void {
    const [missing, ...others] = reading.missingFiles.filter((path) => !this.#missingFiles.has(path));
    if (missing !== undefined) {
      this.#problem(`the log has the file ${missing} and ${others.length} more, which are not on the disk`);
      for (const path of [missing, ...others]) {
        this.#missingFiles.add(path);
      }
    }
    const present = new Map<number, number>();
    for (const { path, rows } of reading.files) {
      this.#seenFiles.add(path);
      const arrivals: number[] = [];
      for (const { number, isIntact } of rows) {
        const count = (present.get(number) ?? 0) + 1;
        present.set(number, count);
        if (count > (this.#present.get(number) ?? 0)) {
          arrivals.push(number);
          if (!isIntact) {
            this.#problem(`row ${number} is altered`);
          }
        }
      }
      this.#arrive(arrivals, path);
    }
    const vanished = [...this.#present].filter(([number, count]) => (present.get(number) ?? 0) < count);
    if (vanished.length > 0) {
      this.#findings.lost += vanished.length;
      this.#problem(`${vanished.length} rows have vanished, such as ${vanished[0]?.[0]}`);
    }
    this.#present = present;
  }

  /** Books the commit of another writer. */
  change(before: TableReading, after: readonly number[]): void {
    this.observe(before);
    this.#present = counts(after);
  }

  /**
   * Excuses files that lie in the folder when it is copied or moved: there may be no telling any more whose they are.
   */
  excuseFiles(names: readonly string[]): void {
    for (const name of names) {
      this.#seenFiles.add(name);
    }
  }

  /** Books that the table was replaced by an older copy of itself. */
  replace(copy: TableReading): void {
    const restored = counts(copy.files.flatMap((file) => file.rows.map((row) => row.number)));
    for (const number of this.#present.keys()) {
      if (!restored.has(number) && this.#arrived.delete(number)) {
        this.#mayReturn.add(number);
      }
    }
    this.#present = restored;
    this.#newest = Number.NEGATIVE_INFINITY;
  }

  /** The books of a copy of the table: it begins with what it holds. */
  copy(name: string): TableLedger {
    const ledger = new TableLedger(name, this.#findings);
    ledger.#present = new Map(this.#present);
    ledger.excuseFiles([...this.#seenFiles]);
    return ledger;
  }

  /** Books that the table got another name: what waits in the write-ahead log is due when it has the old one again. */
  moveAway(): void {
    for (const number of this.#acknowledged) {
      if (!this.#arrived.has(number)) {
        this.#excused.add(number);
      }
    }
    this.#newest = Number.NEGATIVE_INFINITY;
  }

  /** Books that the table has its first name again. */
  moveBack(): void {
    this.#excused.clear();
    this.#newest = Number.NEGATIVE_INFINITY;
  }

  /** Demands that every acknowledged row has come into the table. */
  settle(): void {
    const missing = [...this.#acknowledged].filter(
      (number) => !this.#arrived.has(number) && !this.#mayReturn.has(number) && !this.#excused.has(number),
    );
    if (missing.length > 0) {
      this.#findings.lost += missing.length;
      this.#problem(`${missing.length} acknowledged rows are not in the table, such as ${missing[0]}`);
      // Told once; that they come later, or again, is seen all the same.
      for (const number of missing) {
        this.#acknowledged.delete(number);
      }
    }
  }

  #arrive(numbers: readonly number[], path: string): void {
    const strange = numbers.filter((number) => !this.#sent.has(number));
    const again: number[] = [];
    const late: number[] = [];
    for (const number of numbers.filter((each) => this.#sent.has(each))) {
      if (this.#arrived.has(number)) {
        again.push(number);
      } else if (number < this.#newest) {
        late.push(number);
      }
      this.#arrived.add(number);
      this.#mayReturn.delete(number);
      this.#newest = Math.max(this.#newest, number);
    }
    this.#findings.doubled += strange.length + again.length;
    this.#problemOf(strange, `in ${path}, which were never sent to this table or come a second time`);
    this.#problemOf(again, `in ${path}, which come a second time`);
    this.#problemOf(late, `in ${path}, which come after rows that were sent later`);
  }

  #problemOf(numbers: readonly number[], text: string): void {
    if (numbers.length > 0) {
      this.#problem(`rows ${numbers[0]}${numbers.length > 1 ? ` and ${numbers.length - 1} more` : ''} ${text}`);
    }
  }

  #problem(text: string): void {
    this.#findings.problems.push(`${this.name}: ${text}`);
  }
}

function counts(numbers: readonly number[]): ReadonlyMap<number, number> {
  const result = new Map<number, number>();
  for (const number of numbers) {
    result.set(number, (result.get(number) ?? 0) + 1);
  }
  return result;
}
