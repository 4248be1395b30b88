import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';
import { READINGS } from '../support/readings.ts';
import { fetchToken } from '../support/tokens.ts';

describe('GET /api/2.1/unity-catalog/tables', () => {
  let server: ZerobusLocal;

  beforeEach(async () => {
    server = await startZerobusLocal({
      tables: [
        `CREATE TABLE ${READINGS} (
          device STRING NOT NULL COMMENT 'who', code VARCHAR(8), price DECIMAL(10,2), tags ARRAY<STRING>,
          place STRUCT<lat: DOUBLE, lon: DOUBLE>, labels MAP<STRING, BIGINT>, raw VARIANT, n BIGINT, s SMALLINT, t TINYINT
        )`,
      ],
    });
  });

  afterEach(() => server.close());

  async function get(fullName: string, token?: string): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(`${server.workspaceUrl}/api/2.1/unity-catalog/tables/${fullName}`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  it('describes a table in the form of Unity Catalog', async () => {
    const { status, body } = await get(READINGS, await fetchToken(server));
    const { columns, ...table } = body as { columns: Record<string, unknown>[] };

    expect(status).toBe(200);
    expect(table as unknown).toEqual({
      name: 'readings',
      catalog_name: 'main',
      schema_name: 'iot',
      full_name: READINGS,
      table_type: 'MANAGED',
      data_source_format: 'DELTA',
      storage_location: `file://${server.tablePath(READINGS)}`,
      table_id: jasmine.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(columns.map(({ name, type_name, type_text }) => `${name} ${type_name} ${type_text}`)).toEqual([
      'device STRING string',
      'code STRING varchar(8)',
      'price DECIMAL decimal(10,2)',
      'tags ARRAY array<string>',
      'place STRUCT struct<lat:double,lon:double>',
      'labels MAP map<string,bigint>',
      'raw VARIANT variant',
      'n LONG bigint',
      's SHORT smallint',
      't BYTE tinyint',
    ]);
    expect(columns.map(({ position }) => position)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(columns[0]).toEqual(jasmine.objectContaining({ nullable: false, comment: 'who' }));
    expect(columns[1]).toEqual(jasmine.objectContaining({ nullable: true }));
    expect(columns[2]).toEqual(jasmine.objectContaining({ type_precision: 10, type_scale: 2 }));
    expect(JSON.parse(columns[3]?.['type_json'] as string)).toEqual({
      name: 'tags',
      type: { type: 'array', elementType: 'string', containsNull: true },
      nullable: true,
      metadata: {},
    });
  });

  it('shows partitions, comment, properties, and which columns are computed', async () => {
    const other = await startZerobusLocal({
      auth: false,
      tables: [
        `CREATE TABLE a.b.c (
          id BIGINT GENERATED ALWAYS AS IDENTITY (START WITH 9007199254740993), code CHAR(8) DEFAULT 'x',
          day DATE GENERATED ALWAYS AS (CAST(at AS DATE)), at TIMESTAMP
        ) PARTITIONED BY (day) COMMENT 'all' TBLPROPERTIES ('x' = 'y')`,
        'CREATE TABLE a.b.d (a INT, s STRUCT<b: INT>) CLUSTER BY (s.b, a)',
      ],
    });
    try {
      const described = ['a.b.c', 'a.b.d'].map(async (name) => {
        const response = await fetch(`${other.workspaceUrl}/api/2.1/unity-catalog/tables/${name}`);
        return (await response.json()) as { columns: Record<string, unknown>[] };
      });
      const [{ columns, ...table }, clustered] = (await Promise.all(described)) as [
        { columns: Record<string, unknown>[] },
        object,
      ];
      expect(table as object).toEqual(jasmine.objectContaining({ comment: 'all', properties: { x: 'y' } }));
      expect(clustered).toEqual(jasmine.objectContaining({ properties: { clusteringColumns: '[["s","b"],["a"]]' } }));
      expect(columns.map((column) => column['partition_index'])).toEqual([undefined, undefined, 0, undefined]);
      expect(columns[0]?.['type_json']).toContain('"delta.identity.start":9007199254740993,');
      expect(columns.map((column) => Object.keys(JSON.parse(column['type_json'] as string).metadata))).toEqual([
        ['delta.identity.start', 'delta.identity.step', 'delta.identity.allowExplicitInsert'],
        ['__CHAR_VARCHAR_TYPE_STRING', 'CURRENT_DEFAULT'],
        ['delta.generationExpression'],
        [],
      ]);
      expect([columns[1]?.['type_name'], columns[1]?.['type_text']]).toEqual(['STRING', 'char(8)']);
    } finally {
      await other.close();
    }
  });

  it('ignores the case of a table name', async () => {
    const { status, body } = await get('MAIN.IoT.Readings', await fetchToken(server));

    expect([status, body['full_name']]).toEqual([200, READINGS]);
  });

  it('answers 404 for an unknown table', async () => {
    const { status, body } = await get('main.iot.nope', await fetchToken(server));

    expect([status, body]).toEqual([
      404,
      { error_code: 'TABLE_DOES_NOT_EXIST', message: "Table 'main.iot.nope' does not exist." },
    ]);
  });

  it('requires a token for Unity Catalog', async () => {
    const statuses = [
      await get(READINGS),
      await get(READINGS, 'made-up'),
      await get(READINGS, await fetchToken(server, READINGS)),
    ];

    expect(statuses.map(({ status, body }) => [status, body['error_code']])).toEqual([
      [401, 'UNAUTHENTICATED'],
      [401, 'UNAUTHENTICATED'],
      [401, 'UNAUTHENTICATED'],
    ]);
  });

  it('has a health check, and a clear answer to any other request', async () => {
    const health = await fetch(`${server.workspaceUrl}/health`);
    const other = await fetch(`${server.workspaceUrl}/api/2.0/jobs`);

    expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }]);
    expect([other.status, ((await other.json()) as { error_code: string }).error_code]).toEqual([
      404,
      'ENDPOINT_NOT_FOUND',
    ]);
  });
});
