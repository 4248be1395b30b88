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
