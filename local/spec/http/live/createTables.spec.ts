import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TableDefinitionError, TableStoreError } from '../../../lib/errors.ts';
import type { DdlCheck, TableSummary } from '../../../lib/live/api/tableView.ts';
import { readTable } from '../../../lib/sql/readTable.ts';
import { startZerobusLocal } from '../../../lib/startZerobusLocal.ts';
import { openTableStore } from '../../../lib/storage/openTableStore.ts';
import type { ZerobusLocal } from '../../../lib/zerobusLocal.ts';
import { RawStream } from '../../support/rawStream.ts';
import { READINGS, READINGS_DDL } from '../../support/readings.ts';
import { insert } from '../../support/rest.ts';
import { postSql, type StatusAndBody } from '../../support/statements.ts';

describe('a table that is created while the server runs', () => {
  let dataDir: string;
  let server: ZerobusLocal;
  const notes: string[] = [];

  async function start(tables: readonly string[]): Promise<ZerobusLocal> {
    return startZerobusLocal({
      dataDir,
      tables,
      auth: false,
      variables: { catalog: 'main' },
      onNote: (note) => notes.push(note),
      onError: () => undefined,
    });
  }

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'zerobus-local-spec-'));
    server = await start([READINGS_DDL]);
  });

  afterAll(async () => {
    await server.close();
    await rm(dataDir, { recursive: true });
  });

  const create = (sql: string): Promise<StatusAndBody<TableSummary[]>> => postSql(server, 'tables', sql);
  const check = async (sql: string): Promise<DdlCheck> => (await postSql<DdlCheck>(server, 'tables/check', sql))[1];

  async function refusal(sql: string): Promise<readonly [number, string]> {
    const [status, body] = await create(sql);
    return [status, (body as unknown as { message: string }).message];
  }

  it('takes records of all interfaces at once, and is there after a restart', async () => {
    const [status, tables] = await create(
      `CREATE TABLE \${catalog}.iot.alarms (device STRING NOT NULL, level INT DEFAULT 3); USE CATALOG main; ` +
        'CREATE TABLE iot.notes (text STRING, day DATE) PARTITIONED BY (day); GRANT SELECT ON TABLE x TO y',
    );
    expect(status).withContext(JSON.stringify(tables)).toBe(200);
    expect(tables.map(({ fullName, version, rows }) => [fullName, version, rows])).toEqual([
      ['main.iot.alarms', 0, 0],
      ['main.iot.notes', 0, 0],
    ]);
    expect(notes.filter((note) => note.includes('GRANT')).length).toBe(1);

    const stream = await RawStream.open(server.endpoint, 'main.iot.alarms');
    stream.sendJson(0, [{ device: 'a' }, { device: 'b', level: 1 }]);
    await stream.acknowledged(0);
    expect((await stream.close()).code).toBe(0);
    expect((await insert(server, 'main.iot.notes', [{ text: 'x' }])).status).toBe(200);
    const catalog = await fetch(`${server.workspaceUrl}/api/2.1/unity-catalog/tables/main.iot.alarms`);
    expect(await catalog.json()).toEqual(jasmine.objectContaining({ full_name: 'main.iot.alarms' }));

    await server.close();
    server = await start([]);
    expect(server.tables.map(({ name }) => name).sort()).toEqual(
      jasmine.arrayContaining(['alarms', 'notes', 'readings']) as never,
    );
    const { rows } = await readTable(server.tablePath('main.iot.alarms'), 'SELECT * FROM this ORDER BY device');
    expect(rows).toEqual([
      ['a', 3],
      ['b', 1],
    ]);
  });

  it('gets the nullable columns of a later statement, as at the start', async () => {
    await server.createTable('CREATE TABLE main.iot.grown (a INT)');
    const stream = await RawStream.open(server.endpoint, 'main.iot.grown');
    const sql = 'CREATE TABLE IF NOT EXISTS MAIN.iot.grown (a INT, b STRING, c DATE)';
    expect(await check(sql)).toEqual(
      jasmine.objectContaining({ notes: ['MAIN.iot.grown exists already. It gets the columns b, c.'] }),
    );
    const table = await server.createTable(sql);
    expect(table.columns.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(server.counters('main.iot.grown').version).toBe(1);
    expect((await check(sql)).notes).toEqual(['MAIN.iot.grown exists already. It stays as it is.']);
    expect((await create(sql))[1][0]?.version).toBe(1);

    stream.sendJson(0, [{ a: 1 }]);
    await stream.acknowledged(0);
    expect((await stream.close()).code).toBe(0);
    expect(await refusal('CREATE TABLE main.iot.grown (a STRING)')).toEqual([
      409,
      jasmine.stringMatching(/a is INT in the table and is declared as STRING/) as never,
    ]);
  });

  it('is not created if anything in the script is wrong', async () => {
    for (const [sql, status, message] of [
      ['', 400, /There is no CREATE TABLE statement/],
      ['SELECT 1', 400, /There is no CREATE TABLE statement/],
      ['CREATE TABLE main.iot.wrong (a INT, b STRIN)', 400, /^Line 1, column 39: unknown type/],
      [
        `CREATE TABLE main.iot.wrong (a INT);\nCREATE TABLE \${schema}.x.y (a INT)`,
        400,
        /^Line 2, .*\$\{schema\} has no value/,
      ],
      ['CREATE TABLE main.iot.wrong (a INT DEFAULT nope())', 400, /DEFAULT nope\(\) can't be computed/],
      ["CREATE TABLE main.iot.wrong (a INT DEFAULT CAST('x' AS INT))", 400, /can't be computed/],
      [
        'CREATE TABLE main.iot.wrong (a INT); CREATE TABLE main.iot.b (a INT) PARTITIONED BY (a)',
        400,
        /all columns are partition columns/,
      ],
      [`CREATE TABLE main.iot.wrong (a INT); CREATE TABLE ${READINGS} (temp STRING)`, 409, /temp is INT/],
      ['CREATE TABLE main.iot.`../../../wrong` (a INT)', 400, /Line 1/],
    ] as const) {
      expect(await refusal(sql))
        .withContext(sql)
        .toEqual([status, jasmine.stringMatching(message) as never]);
      const checked = await check(sql);
      if (!sql.includes("CAST('x'")) {
        expect(checked.problem).withContext(sql).toMatch(message);
      }
    }
    expect(server.tables.some(({ name }) => name === 'wrong' || name === 'b')).toBe(false);
    const several = 'CREATE TABLE main.iot.p (a INT); CREATE TABLE main.iot.q (a INT)';
    await expectAsync(server.createTable(several)).toBeRejectedWithError(TableDefinitionError, /several CREATE TABLE/);
    const headers = { 'content-type': 'application/json' };
    const unproven = await fetch(`${server.workspaceUrl}/api/local/tables`, { method: 'POST', headers, body: '{}' });
    expect(unproven.status).toBe(403);
  });

  it('is checked as it is typed, with the place of what is wrong', async () => {
    const sql = "CREATE TABLE main.iot.typed (\n  a INT NOT NULL COMMENT 'why',\n  b STRUCT<x: INT>\n)";
    expect(await check(sql)).toEqual({
      tables: [
        {
          fullName: 'main.iot.typed',
          columns: [
            { name: 'a', type: 'INT', isNullable: false, isPartition: false, comment: 'why' },
            { name: 'b', type: 'STRUCT<x: INT>', isNullable: true, isPartition: false },
          ],
          exists: false,
        },
      ],
      notes: [],
    });
    for (let length = 1; length < sql.length; length += 7) {
      expect((await check(sql.slice(0, length))).problem).toMatch(/\.$/);
    }
    expect(await check('CREATE TABLE main.iot.typed (\n  a INT,\n  b NUMBER\n)')).toEqual(
      jasmine.objectContaining({ line: 3, column: 5, tables: [] }),
    );
    expect(server.tables.some(({ name }) => name === 'typed')).toBe(false);
  });

  it('can be one that could not be served, once its folder is right', async () => {
    const folder = join(dataDir, 'tables/main/iot/late/_delta_log');
    await mkdir(folder, { recursive: true });
    await server.close();
    server = await start([]);
    expect((await insert(server, 'main.iot.late', [{ a: 1 }])).status).toBe(400);
    await rm(join(dataDir, 'tables/main/iot/late'), { recursive: true });
    await server.createTable('CREATE TABLE main.iot.late (a INT)');
    expect((await insert(server, 'main.iot.late', [{ a: 1 }])).status).toBe(200);
  });

  it('is created once if many ask for it, and not at all after the end', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'zerobus-local-spec-'));
    try {
      const store = await openTableStore({ dataDir: folder });
      const other = await startZerobusLocal({ auth: false });
      const definition = await other.createTable('CREATE TABLE main.iot.once (a INT)');
      await other.close();
      const declared = Array.from({ length: 5 }, () => store.declare([definition]));
      const closed = store.close();
      await Promise.all([...declared, closed]);
      expect(store.tables.length).toBe(1);
      await expectAsync(store.declare([definition])).toBeRejectedWithError(TableStoreError, /is closed/);
      await expectAsync(other.createTable('CREATE TABLE main.iot.once (a INT)')).toBeRejectedWithError(
        TableStoreError,
        /is closed/,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
