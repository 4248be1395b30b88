import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { rejectedParquetFolder } from '../../lib/files/dataPaths.ts';
import { temporaryName } from '../../lib/files/temporaryName.ts';
import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';
import { insert } from '../support/rest.ts';

describe('Unfinished files that a crash has left in a data directory', () => {
  const dataDir = useTemporaryDirectory();

  const start = (): Promise<ZerobusLocal> =>
    startZerobusLocal({ dataDir: dataDir(), tables: [READINGS_DDL], flushIntervalMs: 3_600_000 });

  async function files(): Promise<readonly string[]> {
    const entries = await readdir(dataDir(), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  }

  it('are removed at the next start, whatever file was being replaced', async () => {
    const server = await startZerobusLocal({
      dataDir: dataDir(),
      tables: [READINGS_DDL],
      auth: false,
      flushIntervalMs: 3_600_000,
    });
    await insert(server, READINGS, [{ temp: 1 }]);
    const table = server.tablePath(READINGS);
    // Files of DuckDB are locks, and the name of the served folder is written in place.
    const replaced = (await files()).filter(
      (path) => !path.startsWith(table) && !path.endsWith('.duckdb') && basename(path) !== 'folder',
    );
    await server.close();
    await (await startZerobusLocal({ dataDir: dataDir(), tls: true })).close();
    const before = await files();
    expect(replaced.map((path) => basename(path))).toContain('server.json');
    const keys = before.filter((path) => /\.(?:key|pem)$/.test(path));
    expect(keys.map((path) => basename(path))).toEqual(['token.key', 'authority.pem', 'ca.pem']);
    for (const path of [...replaced, ...keys]) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(`${path}.tmp`, 'half');
    }
    const [log = ''] = replaced.filter((path) => basename(path) === 'schema.json');
    for (const name of ['part', 'rejected', 'rejectedRecords']) {
      await writeFile(join(dirname(log), `${name}.tmp`), 'half');
    }
    await mkdir(rejectedParquetFolder(table), { recursive: true });
    await writeFile(join(rejectedParquetFolder(table), temporaryName('rows.parquet')), 'half');
    await writeFile(join(table, '_delta_log', temporaryName('00000000000000000009.json')), 'half');
    const strange = [join(dataDir(), 'backup.tmp'), join(dirname(log), 'backup.tmp'), join(dataDir(), 'lists/id.tmp')];
    await mkdir(join(dataDir(), 'lists'));
    for (const path of strange) {
      await writeFile(path, 'of another program');
    }

    await (await start()).close();
    expect((await files()).filter((path) => path.endsWith('.tmp'))).toEqual([...strange].sort());
  });
});
