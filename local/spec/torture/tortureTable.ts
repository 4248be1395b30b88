import { join } from 'node:path';
import type { ForeignDatabase } from '../support/foreignWriter/foreignDatabase.ts';
import type { ForeignFeature } from '../support/foreignWriter/foreignFeature.ts';
import type { ForeignRowReader } from '../support/foreignWriter/foreignRows.ts';
import { type ForeignChange, ForeignWriter } from '../support/foreignWriter/foreignWriter.ts';
import type { ChildRun } from './childRun.ts';
import { brokenCommitRules } from './commitRules.ts';
import type { TableLedger } from './tableLedger.ts';

/** Settings that all tables of a torture share. */
export interface TortureTools {
  readonly dataDir: string;
  readonly database: ForeignDatabase;
  readonly rows: ForeignRowReader;
}

/** The known state of a table's log. An older copy of the table restores it. */
export interface TableState {
  /** A change that prevents writers from writing as before. */
  feature: ForeignFeature | undefined;
  /** The oldest version that RESTORE may go back to: the newest one that has changed the protocol. */
  restorableFrom: number;
  /** How many columns were added. */
  addedColumns: number;
}

/** One table under torture: its files, its other writer, and its books. */
export class TortureTable {
  readonly ledger: TableLedger;
  state: TableState = { feature: undefined, restorableFrom: 0, addedColumns: 0 };
  /** An older copy of the folder. */
  backup: { readonly path: string; readonly state: TableState } | undefined;
  /** The folder's first name while it has another one. */
  firstName: string | undefined;
  readonly #tools: TortureTools;
  readonly #changes: ForeignChange[] = [];
  #name: string;
  #nextRuledVersion = 1;

  constructor(tools: TortureTools, name: string, ledger: TableLedger) {
    this.#tools = tools;
    this.#name = name;
    this.ledger = ledger;
  }

  get name(): string {
    return this.#name;
  }

  set name(name: string) {
    this.#name = name;
  }

  get path(): string {
    return join(this.#tools.dataDir, 'tables', 'main', 'torture', this.#name);
  }

  get writer(): ForeignWriter {
    return new ForeignWriter(this.path, this.#tools.database, this.#tools.rows);
  }

  /** Makes a foreign commit. It is recorded later, as output of the store from before it may not have arrived yet. */
  async commit(task: (writer: ForeignWriter) => Promise<ForeignChange>): Promise<ForeignChange> {
    const change = await task(this.writer);
    this.#changes.push(change);
    return change;
  }

  /** Records all rows that an ended process of the store has sent, and then the foreign commits. */
  book(run?: ChildRun): void {
    if (run !== undefined) {
      this.ledger.take(run, this.#name);
    }
    for (const { before, after } of this.#changes.splice(0)) {
      this.ledger.change(before, after);
    }
  }

  /** Reads the table, and records the rows that the store has written to it. */
  async observe(): Promise<void> {
    this.ledger.observe(await this.writer.read());
  }

  /** Violations of the Delta protocol in the store's commits since the last call. */
  async brokenRules(): Promise<readonly string[]> {
    const { database, rows } = this.#tools;
    const { problems, nextVersion } = await brokenCommitRules(this.path, database, rows, this.#nextRuledVersion);
    this.#nextRuledVersion = nextVersion;
    return problems.map((problem) => `${this.#name}: ${problem}`);
  }

  /** Restarts the rules at the newest version, because the log was cleaned up or replaced. */
  async skipRules(): Promise<void> {
    this.#nextRuledVersion = (await this.writer.read()).snapshot.version + 1;
  }
}
