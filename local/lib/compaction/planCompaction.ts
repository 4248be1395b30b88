import type { AddAction } from '../delta/deltaAction.ts';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { rowsInFile } from '../delta/rowsInFile.ts';
import { tableFilePath } from '../delta/tableFilePath.ts';
import { countLeaves } from '../flush/columnShape.ts';
import { parseDeltaSchema } from '../schema/parseDeltaSchema.ts';
import { inLogOrder } from './inLogOrder.ts';

const MEBIBYTE = 2 ** 20;

/** Size up to which files are merged into one, in bytes. */
const TARGET_BYTES = 128 * MEBIBYTE;

/** Files of at least this size are left alone, in bytes. */
const LARGE_BYTES = TARGET_BYTES / 2;

/** A merged file has at least this many times as many rows as each of its parts. */
const GROWTH = 4;

/** Estimated length of a row in a file without statistics, in bytes. */
const ROW_BYTES = 100;

/** DuckDB keeps the footers of the files that it reads: a few hundred bytes for each column of each file. */
const MOST_COLUMNS = 20_000;
const MOST_FILES = 1000;
const LEAST_FILES_AT_ONCE = 8;

/**
 * The files to merge: each result is one new file's parts, in the order of the log.
 *
 * Only neighbors are merged, so the rows of a file stay in the order of the log. A group is merged only if the new file
 * is several times as large as each of its parts. So a row is rewritten only a logarithmic number of times, and a table
 * has few files: for each size of file a few, and less than `leastFiles` new ones.
 *
 * @param leastFiles how many small neighbors there must be
 */
export function planCompaction(snapshot: DeltaSnapshot, leastFiles: number): readonly (readonly AddAction[])[] {
  if (snapshot.files.size < leastFiles) {
    return [];
  }
  const runs = smallRuns(snapshot).flatMap((run) => worthwhile(run, leastFiles));
  return runs.length === 0 ? [] : runs.flatMap((run) => pack(run, mostFiles(snapshot)));
}

/** The files to merge so that as few small files as possible are left, like {@link planCompaction}. */
export function planFullCompaction(snapshot: DeltaSnapshot): readonly (readonly AddAction[])[] {
  return smallRuns(snapshot).flatMap((run) => pack(run, mostFiles(snapshot)));
}

/** How many files are read at once. */
function mostFiles({ metaData }: DeltaSnapshot): number {
  const columns = countLeaves(parseDeltaSchema(metaData.schemaString));
  return Math.min(MOST_FILES, Math.max(LEAST_FILES_AT_ONCE, Math.floor(MOST_COLUMNS / columns)));
}

/** Small files that are neighbors in the order of the log, by partition. */
function smallRuns(snapshot: DeltaSnapshot): readonly (readonly AddAction[])[] {
  const runs: AddAction[][] = [];
  const openRuns = new Map<string, AddAction[]>();
  for (const file of inLogOrder([...snapshot.files.values()])) {
    const partition = partitionOf(file);
    // The rows that a deletion vector deletes would come back, and files elsewhere belong to another table.
    const isOwn = file.deletionVector == null && tableFilePath(snapshot, file.path) !== undefined;
    if (file.size >= LARGE_BYTES || !isOwn) {
      openRuns.delete(partition);
      continue;
    }
    const run = openRuns.get(partition);
    if (run === undefined) {
      const started = [file];
      openRuns.set(partition, started);
      runs.push(started);
    } else {
      run.push(file);
    }
  }
  return runs;
}

function partitionOf({ partitionValues }: AddAction): string {
  const entries = Object.entries(partitionValues ?? {});
  return entries.length === 0 ? '' : JSON.stringify(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The parts of a run that are worth merging: without files that are too heavy for the others. */
function worthwhile(run: readonly AddAction[], leastFiles: number): readonly (readonly AddAction[])[] {
  if (run.length < leastFiles) {
    return [];
  }
  const weights = run.map(weightOf);
  const heaviest = weights.reduce((best, weight, index) => (weight > (weights[best] ?? 0) ? index : best), 0);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (sum >= GROWTH * (weights[heaviest] ?? 0)) {
    return [run];
  }
  // Each cut takes away at least a quarter of the weight, so the recursion is not deep.
  return [...worthwhile(run.slice(0, heaviest), leastFiles), ...worthwhile(run.slice(heaviest + 1), leastFiles)];
}

const weights = new WeakMap<AddAction, number>();

/** Rows of a file. They add up when files are merged; their sizes do not. */
function weightOf(file: AddAction): number {
  const known = weights.get(file);
  if (known !== undefined) {
    return known;
  }
  const weight = Math.max(1, rowsInFile(file) ?? file.size / ROW_BYTES);
  weights.set(file, weight);
  return weight;
}

/** Splits a run into groups of the target size. Groups of one file are omitted. */
function pack(run: readonly AddAction[], most: number): readonly (readonly AddAction[])[] {
  const groups: AddAction[][] = [[]];
  let bytes = 0;
  for (const file of run) {
    if (bytes + file.size > TARGET_BYTES || (groups.at(-1)?.length ?? 0) >= most) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)?.push(file);
    bytes += file.size;
  }
  return groups.filter((group) => group.length > 1);
}
