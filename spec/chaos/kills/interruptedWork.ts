import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chaosTableNames } from '../chaosTable.ts';

/** What a kill can interrupt, in the order of the report. */
export const interruptions = [
  'starting',
  'rows that wait in the write-ahead log',
  'a Parquet file that no commit names',
  'a commit that is not linked',
  'a segment that is committed and not deleted',
  'a checkpoint',
  'a compaction',
] as const;

/** Something that a kill has interrupted. */
export type Interruption = (typeof interruptions)[number];

/** What a server was doing when it was killed, by what it has left in its data directory. */
export async function interruptedWork(dataDir: string): Promise<readonly Interruption[]> {
  const found = await Promise.all(chaosTableNames.map((table) => interruptedOn(dataDir, table)));
  return [...new Set(found.flat())];
}

async function interruptedOn(dataDir: string, table: string): Promise<readonly Interruption[]> {
  const list = (...path: readonly string[]): Promise<readonly string[]> =>
    readdir(join(dataDir, ...path), { recursive: true }).catch(() => []);
  const [files, log, segments, records] = await Promise.all([
    list('tables', 'main', 'chaos', table),
    list('tables', 'main', 'chaos', table, '_delta_log'),
    list('wal', 'main', 'chaos', table),
    list('compaction', 'main', 'chaos', table),
  ]);
  const commits = await Promise.all(
    log
      .filter((name) => /^\d{20}\.json$/.test(name))
      .map((name) => readFile(join(dataDir, 'tables', 'main', 'chaos', table, '_delta_log', name), 'utf8')),
  );
  const text = commits.join('');
  const ids = segments.flatMap((path) => /\d{12}-([0-9a-f-]{36})\.ndjson$/.exec(path)?.[1] ?? []);
  const traces: Readonly<Record<Exclude<Interruption, 'starting'>, boolean>> = {
    'rows that wait in the write-ahead log': ids.some((id) => !text.includes(id)),
    'a Parquet file that no commit names': files.some(
      (name) => /^zerobus-.*parquet$/.test(name) && !text.includes(name),
    ),
    'a commit that is not linked': log.some((name) => /^\.\d{20}\.json\..*tmp$/.test(name)),
    'a segment that is committed and not deleted': ids.some((id) => text.includes(id)),
    'a checkpoint': log.some((name) => /checkpoint.*tmp/.test(name)),
    'a compaction': records.some((name) => name.endsWith('.ndjson')),
  };
  return interruptions.filter((each) => each !== 'starting' && traces[each]);
}
