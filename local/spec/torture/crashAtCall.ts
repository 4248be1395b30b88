import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openTableStore } from '../../lib/storage/openTableStore.ts';
import type { ForeignDatabase } from '../support/foreignWriter/foreignDatabase.ts';
import { ForeignRowReader } from '../support/foreignWriter/foreignRows.ts';
import { readForeignTable } from '../support/foreignWriter/readForeignTable.ts';
import { ChildRun } from './childRun.ts';
import type { Failure } from './failureKind.ts';
import { leftoverFiles } from './leftoverFiles.ts';
import { type Findings, TableLedger } from './tableLedger.ts';
import { tortureTableNames, tortureTables } from './tortureTables.ts';

/** Settings that all crashes at calls share. */
export interface CrashSetting {
  readonly database: ForeignDatabase;
  /** An existing folder. Each crash gets a folder of its own in it. */
  readonly folder: string;
  /** How many flushes the scenario has. */
  readonly flushes: number;
  /** Whether files are merged and deleted meanwhile, in the background and by the commands. Defaults to `false`. */
  readonly compacts?: boolean;
}

/** The result of a crash at one call. */
export interface CrashOutcome extends Findings {
  /** Whether the call was reached. */
  readonly wasReached: boolean;
  readonly acknowledged: number;
  readonly rows: number;
  /** The output of the process. */
  readonly lines: readonly string[];
}

/**
 * Runs the scenario in a fresh folder with one failing call, starts the store again, and checks every row.
 *
 * @param recovery crashes the first restart as well
 */
export async function crashAtCall(
  { database, folder: parent, flushes, compacts = false }: CrashSetting,
  failure: Failure,
  recovery?: Failure,
): Promise<CrashOutcome> {
  const folder = await mkdtemp(join(parent, 'crash '));
  const dataDir = join(folder, 'data');
  const findings: Findings = { lost: 0, doubled: 0, problems: [] };
  try {
    const run = new ChildRun('scenario.js', dataDir, [String(flushes), compacts ? 'compact' : ''], failure);
    await run.ended();
    if (run.hasCrashed) {
      findings.problems.push(
        `the process has died: ${run.lines.filter((line) => line.startsWith('error')).join(' | ')}`,
      );
    }
    const calls = Number(run.lines.find((line) => line.startsWith('calls '))?.slice('calls '.length));
    if (recovery !== undefined) {
      const restart = new ChildRun('drainStore.js', dataDir, [], recovery);
      await restart.ended();
      if (restart.hasCrashed) {
        findings.problems.push(`the restart has died: ${restart.lines.join(' | ')}`);
      }
    }
    const ledgers = tortureTableNames.map((name) => new TableLedger(name, findings));
    for (const ledger of ledgers) {
      ledger.take(run, ledger.name);
    }
    await recoverAndCheck(dataDir, database, ledgers, findings);
    return {
      ...findings,
      wasReached: run.wasKilled || (calls >= failure.at && failure.kind !== 'count'),
      acknowledged: ledgers.reduce((sum, ledger) => sum + ledger.acknowledged, 0),
      rows: ledgers.reduce((sum, ledger) => sum + ledger.rows, 0),
      lines: run.lines,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function recoverAndCheck(
  dataDir: string,
  database: ForeignDatabase,
  ledgers: readonly TableLedger[],
  findings: Findings,
): Promise<void> {
  try {
    const store = await openTableStore({
      dataDir,
      tables: tortureTables,
      onError: (error) => findings.problems.push(`the restarted store reports: ${error.message}`),
    });
    await store.close();
  } catch (error) {
    findings.problems.push(`the store does not start again: ${error instanceof Error ? error.message : error}`);
  }
  const rowReader = new ForeignRowReader(database);
  const knownFiles = new Map<string, ReadonlySet<string>>();
  for (const ledger of ledgers) {
    const tablePath = join(dataDir, 'tables', 'main', 'torture', ledger.name);
    try {
      ledger.observe(await readForeignTable(tablePath, database, rowReader));
      knownFiles.set(tablePath, ledger.seenFiles);
    } catch (error) {
      findings.problems.push(`${ledger.name} can't be read: ${error instanceof Error ? error.message : error}`);
    }
    ledger.settle();
  }
  const leftovers = await leftoverFiles(dataDir, knownFiles);
  findings.problems.push(...leftovers.map((path) => `${path} is left over`));
}
