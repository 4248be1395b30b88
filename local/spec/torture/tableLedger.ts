import type { TableReading } from '../support/foreignWriter/readForeignTable.ts';
import type { ChildRun } from './childRun.ts';
import { inFlushOrder } from './inFlushOrder.ts';

/** The problems that a ledger has found. */
export interface Findings {
  lost: number;
  doubled: number;
  /** All problems, as text. */
  readonly problems: string[];
}

/**
 * The books of one table: which rows were sent and acknowledged, and which of them the store has written to the table.
 * Changes of other writers are recorded as such. Between two of their commits, rows can only be added, each once.
 */
export class TableLedger {
  readonly name: string;
  readonly #findings: Findings;
  readonly #sent = new Set<number>();
  readonly #acknowledged = new Set<number>();
  readonly #arrived = new Set<number>();
  /** Rows that an older copy of the table has removed, and that may come again from the write-ahead log. */
  readonly #mayReturn = new Set<number>();
  /** Rows that wait under another name of the table. */
  readonly #excused = new Set<number>();
  /** Files that were already reported missing. */
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

  /** Records the rows that a process has sent to the table of this name, and which of them were acknowledged. */
  take(run: ChildRun, table: string): void {
    for (const number of run.rowNumbers('sent', table)) {
      this.#sent.add(number);
    }
    for (const number of run.rowNumbers('acked', table)) {
      this.#acknowledged.add(number);
    }
  }

  /** Records the content of the table. Only the store may have written to it since the last call. */
  observe(reading: TableReading): void {
    const [missing, ...others] = reading.missingFiles.filter((path) => !this.#missingFiles.has(path));
    if (missing !== undefined) {
      this.#problem(`the log has the file ${missing} and ${others.length} more, which are not on the disk`);
      for (const path of [missing, ...others]) {
        this.#missingFiles.add(path);
      }
    }
    this.excuseFiles([...reading.snapshot.tombstones.keys()]);
    const present = new Map<number, number>();
    for (const { path, rows } of inFlushOrder(reading.files)) {
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

  /** Records the commit of another writer. */
  change(before: TableReading, after: readonly number[]): void {
    this.observe(before);
    this.#present = counts(after);
  }

  /** Excuses files that were in the table, or are in its folder when it is copied or moved. */
  excuseFiles(names: readonly string[]): void {
    for (const name of names) {
      this.#seenFiles.add(name);
    }
  }

  /** Records that the table was replaced by an older copy of itself. */
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

  /** Creates the books of a copy of the table, which start with the rows of the copy. */
  copy(name: string): TableLedger {
    const ledger = new TableLedger(name, this.#findings);
    ledger.#present = new Map(this.#present);
    ledger.excuseFiles([...this.#seenFiles]);
    return ledger;
  }

  /** Records that the table got another name. The rows in the write-ahead log are due when it has the old one again. */
  moveAway(): void {
    for (const number of this.#acknowledged) {
      if (!this.#arrived.has(number)) {
        this.#excused.add(number);
      }
    }
    this.#newest = Number.NEGATIVE_INFINITY;
  }

  /** Records that the table has its first name again. */
  moveBack(): void {
    this.#excused.clear();
    this.#newest = Number.NEGATIVE_INFINITY;
  }

  /** Requires every acknowledged row to be in the table. */
  settle(): void {
    const missing = [...this.#acknowledged].filter(
      (number) => !this.#arrived.has(number) && !this.#mayReturn.has(number) && !this.#excused.has(number),
    );
    if (missing.length > 0) {
      this.#findings.lost += missing.length;
      this.#problem(`${missing.length} acknowledged rows are not in the table, such as ${missing[0]}`);
      // Missing rows are reported once. If they come later, or twice, that is still noticed.
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
