import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openTableStore } from '../../lib/storage/openTableStore.ts';
import { ForeignDatabase } from '../support/foreignWriter/foreignDatabase.ts';
import { ForeignRowReader } from '../support/foreignWriter/foreignRows.ts';
import { ChildRun } from './childRun.ts';
import type { Failure } from './failureKind.ts';
import { folderAction, moveBack } from './folderActions.ts';
import { dropFeature, foreignAction } from './foreignActions.ts';
import { leftoverFiles } from './leftoverFiles.ts';
import { SeededRandom } from './seededRandom.ts';
import { type Findings, TableLedger } from './tableLedger.ts';
import { TortureTable, type TortureTools } from './tortureTable.ts';
import { tortureTableNames, tortureTables } from './tortureTables.ts';

/** The result of a torture. */
export interface TortureOutcome extends Findings {
  readonly kills: number;
  readonly acknowledged: number;
  readonly rows: number;
}

/** Options of {@link torture}. */
export interface TortureOptions {
  /** An empty folder. It is not removed. */
  readonly folder: string;
  /** How many processes to kill. */
  readonly kills: number;
  /** The same seed does the same things. How far a process gets before it is killed still differs. */
  readonly seed: number;
  /** Kinds of actions that are omitted, by the names in the progress. `folder` means all copies and moves. */
  readonly excluded?: ReadonlySet<string>;
  /** Called after each round. */
  readonly onProgress?: TortureProgress;
}

/** Called after each round. */
export type TortureProgress = (round: number, kills: number, actions: readonly string[], findings: Findings) => void;

/**
 * Writes to a store in one process after another. Each is killed or has its disk fail, while other writers change the
 * tables during and between the runs. Keeps books of every row.
 */
export async function torture(options: TortureOptions): Promise<TortureOutcome> {
  const { kills, onProgress = () => undefined } = options;
  const database = await ForeignDatabase.open();
  try {
    const run = new Torture(options, database);
    await run.setUp();
    // Rounds in which the store refuses to open have no kill. The torture must end anyway.
    for (let round = 1; run.kills < kills && round <= kills * 3; round += 1) {
      const actions = await run.round(round);
      onProgress(round, run.kills, actions, run.findings);
    }
    await run.finish();
    return run.outcome;
  } finally {
    database.close();
  }
}

class Torture {
  readonly findings: Findings = { lost: 0, doubled: 0, problems: [] };
  readonly #tools: TortureTools;
  readonly #excluded: ReadonlySet<string>;
  readonly #random: SeededRandom;
  readonly #tables: TortureTable[];
  /** Leftover files that were already reported. */
  readonly #leftovers = new Set<string>();
  #kills = 0;

  constructor({ folder, seed, excluded = new Set() }: TortureOptions, database: ForeignDatabase) {
    this.#excluded = excluded;
    this.#tools = { dataDir: join(folder, 'data'), database, rows: new ForeignRowReader(database) };
    this.#random = new SeededRandom(seed);
    this.#tables = tortureTableNames.map(
      (name) => new TortureTable(this.#tools, name, new TableLedger(name, this.findings)),
    );
  }

  get kills(): number {
    return this.#kills;
  }

  get outcome(): TortureOutcome {
    const sum = (numberOf: (ledger: TableLedger) => number) =>
      this.#tables.reduce((total, table) => total + numberOf(table.ledger), 0);
    return {
      ...this.findings,
      kills: this.#kills,
      acknowledged: sum((ledger) => ledger.acknowledged),
      rows: sum((ledger) => ledger.rows),
    };
  }

  async setUp(): Promise<void> {
    const store = await openTableStore({ dataDir: this.#tools.dataDir, tables: tortureTables });
    await store.close();
  }

  async round(round: number): Promise<readonly string[]> {
    const random = this.#random;
    const actions: string[] = [];
    await this.#write(round, actions);
    for (const table of this.#tables) {
      await this.#guard(table, async () => {
        await moveBack(table);
        if (random.chance(0.5)) {
          await dropFeature(table);
        }
      });
      table.book();
    }
    for (let left = random.below(3); left > 0; left -= 1) {
      const table = random.pick(this.#tables);
      await this.#guard(table, async () => void actions.push(await foreignAction(table, random, this.#excluded)));
      table.book();
    }
    if (random.chance(0.3) && !this.#excluded.has('folder')) {
      const table = random.pick(this.#tables);
      await this.#guard(table, async () => {
        actions.push(await folderAction(this.#tools, this.#tables, table, random));
      });
    }
    if (random.chance(0.3)) {
      const restart = new ChildRun('drainStore.js', this.#tools.dataDir, [], {
        kind: random.pick(['before', 'after', 'torn']),
        at: 1 + random.below(80),
      });
      await restart.ended();
      this.#kills += restart.wasKilled ? 1 : 0;
    }
    await this.#drain(`round ${round}`);
    return actions;
  }

  /** Reverts all changes that prevent the store from writing, and requires every row. */
  async finish(): Promise<void> {
    for (const table of this.#tables) {
      await this.#guard(table, async () => {
        await moveBack(table);
        await dropFeature(table);
      });
      table.book();
    }
    await this.#drain('the end');
  }

  /** Runs a writer until it is killed or ends, and makes foreign commits meanwhile. */
  async #write(round: number, actions: string[]): Promise<void> {
    const random = this.#random;
    const numbers = Object.fromEntries(this.#tables.map(({ name }, index) => [name, index * 1e11 + round * 1e5]));
    const args = [JSON.stringify(numbers), String(5 + random.below(50)), String(2000 + random.below(20_000))];
    const failure = randomFailure(random);
    const run = new ChildRun('tortureWriter.js', this.#tools.dataDir, args, failure);
    // A process that hangs, for example after a disk failure, is killed as well.
    const watchdog = setTimeout(() => {
      this.findings.problems.push(`round ${round}: the process hangs: ${run.lines.slice(-4).join(' | ')}`);
      run.kill();
    }, 60_000);
    await run.waitFor('open');
    for (let left = random.below(4); left > 0 && !run.hasEnded; left -= 1) {
      await delay(random.below(60));
      const table = random.pick(this.#tables);
      await this.#guard(
        table,
        async () => void actions.push(`(open) ${await foreignAction(table, random, this.#excluded)}`),
      );
    }
    await delay(random.below(120));
    if (failure?.kind === 'fail' || failure?.kind === 'late') {
      run.askToEnd();
    } else {
      run.kill();
    }
    await run.ended();
    clearTimeout(watchdog);
    this.#kills += run.wasKilled ? 1 : 0;
    if (run.hasCrashed) {
      this.findings.problems.push(`round ${round}: the process has died: ${run.lines.slice(-4).join(' | ')}`);
    }
    actions.push(failure === undefined ? 'killed' : `${failure.kind} call ${failure.at}`);
    for (const table of this.#tables) {
      table.book(run);
    }
  }

  /** Starts the store without failures, lets it flush all waiting rows, and checks. */
  async #drain(when: string): Promise<void> {
    const isAnyRefusable = this.#tables.some((table) => table.state.feature !== undefined);
    const isOpened = await this.#openAndClose(when, isAnyRefusable);
    const knownFiles = new Map<string, ReadonlySet<string>>();
    for (const table of this.#tables) {
      await this.#guard(table, async () => {
        await table.observe();
        this.findings.problems.push(...(await table.brokenRules()).map((problem) => `${when}: ${problem}`));
      });
      if (table.state.feature === undefined && isOpened) {
        table.ledger.settle();
        knownFiles.set(table.path, table.ledger.seenFiles);
      }
    }
    if (isOpened) {
      const leftovers = await leftoverFiles(this.#tools.dataDir, knownFiles);
      for (const path of leftovers.filter((each) => !this.#leftovers.has(each))) {
        this.#leftovers.add(path);
        this.findings.problems.push(`${when}: ${path} is left over`);
      }
    }
  }

  async #openAndClose(when: string, isRefusable: boolean): Promise<boolean> {
    let isOpened = false;
    try {
      const store = await openTableStore({ dataDir: this.#tools.dataDir, onError: () => undefined });
      isOpened = true;
      await store.close();
    } catch (error) {
      if (!isRefusable) {
        this.findings.problems.push(`${when}: ${error instanceof Error ? error.message : error}`);
      }
    }
    return isOpened;
  }

  /** Does something to a table. A table that can't be read is a finding and does not end the torture. */
  async #guard(table: TortureTable, task: () => Promise<void>): Promise<void> {
    await task().catch((error: unknown) => {
      this.findings.problems.push(`${table.name}: ${error instanceof Error ? error.message : error}`);
    });
  }
}

function randomFailure(random: SeededRandom): Failure | undefined {
  if (random.chance(0.5)) {
    return undefined;
  }
  const kind = random.pick(['before', 'after', 'torn', 'fail', 'late'] as const);
  return { kind, at: 40 + random.below(400), code: random.pick(['ENOSPC', 'EIO']), times: random.pick([1, 3, 20]) };
}
