import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readDeltaLog } from '../../lib/delta/readDeltaLog.ts';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { TableStoreError } from '../../lib/errors.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import { openTableStore } from '../../lib/storage/openTableStore.ts';
import { useTemporaryDirectory } from './temporaryDirectory.ts';

const program = fileURLToPath(new URL('storeProcess.js', import.meta.url));

describe('a table store whose process is killed', () => {
  const temporaryDirectory = useTemporaryDirectory();

  /** Runs a writer, kills it some time after it has opened the store, and returns the rows that it had acknowledged. */
  async function runAndKill(dataDir: string, firstRow: number, afterMs: number): Promise<readonly number[]> {
    const child = spawn(process.execPath, [program, dataDir, String(firstRow)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    await once(child.stdout, 'data');
    await delay(afterMs);
    child.kill('SIGKILL');
    await once(child, 'close');
    const [opened, ...acknowledged] = output.slice(0, output.lastIndexOf('\n')).split('\n');
    expect(opened).toBe('open');
    return acknowledged.map(Number);
  }

  it('has every acknowledged row exactly once', async () => {
    const dataDir = join(temporaryDirectory(), 'data');
    const acknowledged: number[] = [];
    const spacing = 10_000_000;
    for (let run = 0; run < 10; run += 1) {
      acknowledged.push(...(await runAndKill(dataDir, run * spacing, Math.random() * 200)));
    }
    const store = await openTableStore({ dataDir, onError: fail });
    const tablePath = store.tablePath('main.spec.numbers');
    await store.close();

    const { rows } = await readTable(tablePath, 'SELECT n FROM this');
    const present = rows.map(([number]) => Number(number));
    const distinct = new Set(present);
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(present.length - distinct.size)
      .withContext('duplicates')
      .toBe(0);
    expect(acknowledged.filter((number) => !distinct.has(number)))
      .withContext('lost')
      .toEqual([]);

    const duckDb = new DuckDb();
    const snapshot = await readDeltaLog(tablePath, duckDb);
    duckDb.close();
    const files = (await readdir(tablePath)).filter((name) => name.endsWith('.parquet'));
    expect(files.sort())
      .withContext('data files that no commit knows')
      .toEqual([...(snapshot?.files.keys() ?? [])].sort());
  }, 120_000);

  it('is named in the error of a store that wants its directory, and releases it when dead', async () => {
    const dataDir = join(temporaryDirectory(), 'data');
    const child = spawn(process.execPath, [program, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.stdout.resume();
    await expectAsync(openTableStore({ dataDir })).toBeRejectedWithError(
      TableStoreError,
      new RegExp(`already open in process ${child.pid}: stop that server first`),
    );
    child.kill('SIGKILL');
    await once(child, 'close');
    const store = await openTableStore({ dataDir, onError: fail });
    expect(store.tables.length).toBe(1);
    await store.close();
  }, 60_000);
});
