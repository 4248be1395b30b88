import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommitView, RowsPage, TableDetail, TableSummary } from '../../../lib/live/api/tableView.ts';
import { startZerobusLocal } from '../../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../../lib/zerobusLocal.ts';
import { actionIn, commitAsOther } from '../../storage/storeFixture.ts';
import { insert } from '../../support/rest.ts';
import { getLive } from '../../support/statements.ts';

const DDL = `CREATE TABLE main.iot.readings (
  device STRING NOT NULL COMMENT 'It''s <b>the</b> device',
  temp DOUBLE DEFAULT 1.5,
  pos STRUCT<x: INT, y: ARRAY<STRING>>,
  day DATE,
  id BIGINT GENERATED ALWAYS AS IDENTITY
) PARTITIONED BY (day) TBLPROPERTIES ('owner' = '"me"')`;

describe('GET /api/local/tables', () => {
  let dataDir: string;
  let server: ZerobusLocal;

  beforeAll(async () => {
    // Snippets of each language quote the folder.
    dataDir = await mkdtemp(join(tmpdir(), 'it\'s "a" \\lake-'));
    await mkdir(join(dataDir, 'tables/main/iot/Torn/_delta_log'), { recursive: true });
    await writeFile(join(dataDir, 'tables/main/iot/Torn/_delta_log/00000000000000000000.json'), '{');
    const tables = [DDL, 'CREATE TABLE main.iot.foreign (n BIGINT)'];
    server = await startZerobusLocal({ dataDir, tables, auth: false, onError: () => undefined });
  });

  afterAll(async () => {
    await server.close();
    await rm(dataDir, { recursive: true });
  });

  it('lists all tables, and says why one can not be served', async () => {
    const [status, tables] = await getLive<TableSummary[]>(server, 'tables');
    expect(status).toBe(200);
    expect(tables.map(({ fullName }) => fullName)).toEqual(['main.iot.Torn', 'main.iot.foreign', 'main.iot.readings']);
    expect(tables[0]).toEqual(
      jasmine.objectContaining({ rows: 0, version: -1, problem: jasmine.stringMatching(/can't be served/) }),
    );
    expect(tables[2]?.problem).toBeUndefined();
    expect(await getLive(server, 'tables/main.iot.torn')).toEqual([
      409,
      { error_code: 'INVALID_STATE', message: jasmine.stringMatching(/can't be served/) as never },
    ]);
  });

  it('describes a table, with the commits that have made it', async () => {
    await insert(server, 'main.iot.readings', [
      { device: 'a', day: 20_000 },
      { device: 'b', day: 20_001 },
    ]);
    const before = (await getLive<TableSummary[]>(server, 'tables'))[1][2];
    expect(before).toEqual(jasmine.objectContaining({ rows: 0, unflushedRows: 2, files: 0, bytes: 0, version: 0 }));
    await server.flush();

    const [status, table] = await getLive<TableDetail>(server, 'tables/MAIN.iot.readings');
    expect(status).toBe(200);
    expect(table).toEqual(
      jasmine.objectContaining({ fullName: 'main.iot.readings', rows: 2, unflushedRows: 0, files: 2, version: 1 }),
    );
    expect(table.bytes).toBeGreaterThan(100);
    expect(table.path).toBe(server.tablePath('main.iot.readings'));
    expect(table.properties).toEqual({ owner: '"me"' });
    expect(table.ddl).toContain("COMMENT 'It\\'s <b>the</b> device'");
    const plain = { isNullable: true, isPartition: false };
    expect(table.columns).toEqual([
      { name: 'device', type: 'STRING', ...plain, isNullable: false, comment: "It's <b>the</b> device" },
      { name: 'temp', type: 'DOUBLE', ...plain, defaultValue: '1.5' },
      { name: 'pos', type: 'STRUCT<x: INT, y: ARRAY<STRING>>', ...plain },
      { name: 'day', type: 'DATE', ...plain, isPartition: true },
      { name: 'id', type: 'BIGINT', ...plain, generatedAs: 'IDENTITY' },
    ]);

    const [, commits] = await getLive<CommitView[]>(server, 'tables/main.iot.readings/commits');
    expect(commits).toEqual([
      {
        version: 1,
        atMs: jasmine.any(Number) as never,
        operation: 'WRITE',
        rowsAdded: 2,
        filesAdded: 2,
        filesRemoved: 0,
        bytesAdded: table.bytes,
        engine: 'zerobus-local',
      },
      jasmine.objectContaining({ version: 0, operation: 'CREATE TABLE', rowsAdded: 0, filesAdded: 0 }) as never,
    ]);
    const page = (query: string) => getLive<CommitView[]>(server, `tables/main.iot.readings/commits?${query}`);
    expect((await page('limit=1'))[1]).toEqual(commits.slice(0, 1));
    expect((await page('limit=1&before=1'))[1]).toEqual(commits.slice(1));
    expect((await page('before=0'))[1]).toEqual([]);
    for (const before of ['-1', '', '%20', '1e1', '0x1', '9007199254740992']) {
      expect((await page(`before=${before}`))[0])
        .withContext(before)
        .toBe(400);
    }
    expect((await page('limit=501'))[0]).toBe(400);
  });

  it('quotes the folder in the lines that read a table', async () => {
    const [, { readers, path }] = await getLive<TableDetail>(server, 'tables/main.iot.readings');
    const code = Object.fromEntries(readers.map((line) => [line.reader, line.code]));
    const python = JSON.stringify(path);
    expect(Object.keys(code)).toEqual(['DuckDB', 'delta-rs', 'Polars', 'Spark', 'zerobus-local']);
    expect(code['DuckDB']).toBe(`SELECT * FROM delta_scan('${path.replaceAll("'", "''")}');`);
    expect(code['delta-rs']).toContain(`DeltaTable(${python})`);
    expect(code['Polars']).toContain(`scan_delta(${python})`);
    expect(code['Spark']).toContain(`load(${python})`);
    expect(code['zerobus-local']).toContain(`--data '${dataDir.replaceAll("'", "'\\''")}'`);
  });

  it('shows what another writer has made of a table, whatever its columns are called', async () => {
    const folder = server.tablePath('main.iot.foreign');
    await insert(server, 'main.iot.foreign', [{ n: 1 }]);
    await server.flush();
    const metaData = await actionIn(folder, 0, 'metaData');
    const names = [
      'n',
      '<img src=x onerror=alert(1)>',
      'a"b`c\'d',
      'größe 😀',
      '$file',
      '$number',
      '$row',
      '__proto__',
    ];
    const fields = names.map((name) => ({ name, type: 'long', nullable: true, metadata: {} }));
    await commitAsOther(folder, {
      metaData: { ...metaData, schemaString: JSON.stringify({ type: 'struct', fields }) },
    });

    const [, table] = await getLive<TableDetail>(server, 'tables/main.iot.foreign');
    expect(table.columns.map(({ name }) => name)).toEqual(names);
    expect(table.version).toBe(2);
    for (const name of names) {
      const filter = new URLSearchParams({ column: name, contains: name === 'n' ? '1' : 'x' });
      const [status, page] = await getLive<RowsPage>(server, `tables/main.iot.foreign/rows?${filter}`);
      expect(status).withContext(name).toBe(200);
      expect(page.columns).toEqual(names);
      expect(page.rows.length).toBe(name === 'n' ? 1 : 0);
    }
    const [, commits] = await getLive<CommitView[]>(server, 'tables/main.iot.foreign/commits');
    expect(commits[0]).toEqual({
      version: 2,
      operation: '',
      rowsAdded: 0,
      filesAdded: 0,
      filesRemoved: 0,
      bytesAdded: 0,
      engine: '',
    });
  });
});
