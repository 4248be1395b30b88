import { rm } from 'node:fs/promises';
import { compactTable } from '../compaction/compactTable.ts';
import { planCompaction } from '../compaction/planCompaction.ts';
import { removeExpired } from '../compaction/removeExpired.ts';
import { DuckDb, SLOW_OPTIMIZER } from '../duckdb/duckDb.ts';
import { compactionSpillFolder } from '../files/dataPaths.ts';
import { toError } from '../toError.ts';
import type { FlushQueue } from './flushQueue.ts';
import { lockCompactions } from './lockCompactions.ts';
import type { StoredTable } from './storedTable.ts';

/** A table whose upkeep has failed is left alone for this time, in ms. */
const PAUSE_MS = 300_000;

/** Options of {@link Upkeep}. */
export interface UpkeepOptions {
  readonly dataDir: string;
  /** How many small files of a table are merged into one. 0 if none are. */
  readonly optimizeAfterFiles: number;
  readonly flushQueue: FlushQueue;
  /** Called with each failure. */
  readonly onError: (error: Error) => void;
}

/**
 * Keeps the tables of a store small in the background: merges small files, and removes what has outlived its retention.
 * It works on one table at a time, with a DuckDB of its own. Only its commits wait for flushes, and flushes for them.
 */
export class Upkeep {
  readonly #options: UpkeepOptions;
  readonly #duckDb: DuckDb;
  /** Tables that are due. */
  readonly #due = new Set<StoredTable>();
  /** The checkpoint of each table after which expired files were removed last. */
  readonly #cleanedUp = new WeakMap<StoredTable, number>();
  readonly #pausedUntilMs = new WeakMap<StoredTable, number>();
  #working: Promise<void> | undefined;
  #isStopped = false;

  constructor(options: UpkeepOptions) {
    this.#options = options;
    this.#duckDb = new DuckDb({
      memoryLimitMebibytes: 512,
      spillFolder: compactionSpillFolder(options.dataDir),
      disabledOptimizers: SLOW_OPTIMIZER,
    });
  }

  /** Looks after a table if that is due. Call it after each commit. */
  notice(table: StoredTable): void {
    if (this.#isStopped || this.#due.has(table) || !this.#isDue(table)) {
      return;
    }
    this.#due.add(table);
    this.#working ??= this.#work();
  }

  /** Starts nothing more, and gives up what is in progress. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#duckDb.interrupt();
    await this.#working;
  }

  #isDue(table: StoredTable): boolean {
    return (
      table.problem === undefined &&
      Date.now() >= (this.#pausedUntilMs.get(table) ?? 0) &&
      (this.#isCleanUpDue(table) || this.#plan(table).length > 0)
    );
  }

  #isCleanUpDue(table: StoredTable): boolean {
    const { checkpointVersion } = table.log.snapshot;
    return checkpointVersion > (this.#cleanedUp.get(table) ?? 0);
  }

  #plan({ log }: StoredTable): ReturnType<typeof planCompaction> {
    const { optimizeAfterFiles } = this.#options;
    const isOff = log.snapshot.metaData.configuration?.['delta.autoOptimize.autoCompact']?.toLowerCase() === 'false';
    return optimizeAfterFiles === 0 || isOff ? [] : planCompaction(log.snapshot, optimizeAfterFiles);
  }

  async #work(): Promise<void> {
    for (const table of this.#due) {
      try {
        await this.#lookAfter(table);
      } catch (error) {
        if (!this.#isStopped) {
          this.#pausedUntilMs.set(table, Date.now() + PAUSE_MS);
          this.#options.onError(toError(error));
        }
      }
      this.#due.delete(table);
    }
    this.#working = undefined;
  }

  async #lookAfter(table: StoredTable): Promise<void> {
    if (this.#plan(table).length > 0) {
      await this.#compact(table);
    }
    const { checkpointVersion } = table.log.snapshot;
    if (!this.#isStopped && this.#isCleanUpDue(table)) {
      // If a segment may be committed, the next checkpoint is another chance.
      await removeExpired(this.#options.dataDir, table.log.snapshot);
      this.#cleanedUp.set(table, checkpointVersion);
    }
  }

  async #compact(table: StoredTable): Promise<void> {
    const unlock = await lockCompactions(this.#options.dataDir);
    if (unlock === undefined) {
      // Another process merges the files.
      return;
    }
    try {
      await compactTable(
        this.#duckDb,
        {
          log: table.log,
          definition: table.definition,
          recordFolder: table.compactionFolder,
          exclusively: (task) => this.#options.flushQueue.run(task),
        },
        { plan: () => this.#plan(table), isAutomatic: true, isStopped: () => this.#isStopped },
      );
    } finally {
      this.#duckDb.close();
      await rm(compactionSpillFolder(this.#options.dataDir), { recursive: true, force: true }).finally(unlock);
    }
  }
}
