import { from, lastValueFrom } from 'rxjs';
import { readTable, startZerobusLocal } from 'zerobus-local';
import {
  array,
  bigint,
  binary,
  boolean,
  date,
  decimal,
  double,
  float,
  int,
  map,
  smallint,
  string,
  struct,
  timestamp,
  timestampNtz,
  tinyint,
  varchar,
  variant,
} from '../../columns.ts';
import { defineTable, fetchTable, type RowOf, toZerobus } from '../../index.ts';

const DDL = `CREATE TABLE main.iot.every_type (
  id INT NOT NULL, tiny TINYINT, small SMALLINT, large BIGINT, single FLOAT, wide DOUBLE, text STRING, short_text VARCHAR(12),
  flag BOOLEAN, raw BINARY, day DATE, at TIMESTAMP, local_at TIMESTAMP_NTZ, price DECIMAL(12, 3), anything VARIANT,
  tags ARRAY<STRING>, counts MAP<BIGINT, INT>, place STRUCT<lat: DOUBLE NOT NULL, names: ARRAY<STRUCT<name: STRING>>>
)`;

const credentials = { clientId: 'a-client', clientSecret: 'a-secret' };

function everyType() {
  return defineTable('main.iot.every_type', {
    id: int().notNull(),
    tiny: tinyint(),
    small: smallint(),
    large: bigint(),
    single: float(),
    wide: double(),
    text: string(),
    short_text: varchar(12),
    flag: boolean(),
    raw: binary(),
    day: date(),
    at: timestamp(),
    local_at: timestampNtz(),
    price: decimal(12, 3),
    anything: variant(),
    tags: array(string()),
    counts: map(bigint(), int()),
    place: struct({ lat: double().notNull(), names: array(struct({ name: string() })) }),
  });
}

const rows: readonly RowOf<ReturnType<typeof everyType>>[] = [
  {
    id: 1,
    tiny: -128,
    small: 32_767,
    large: -(2n ** 63n),
    single: 0.5,
    wide: -1e300,
    text: 'Grüße 😀',
    short_text: '😀'.repeat(12),
    flag: false,
    raw: Buffer.from([0, 255]),
    day: new Date('2026-02-03T23:00:00Z'),
    at: new Date('2026-02-03T04:05:06.789Z'),
    local_at: 1n,
    price: '-123456789.125',
    anything: { a: [1, null, 'x'] },
    tags: ['a', ''],
    counts: new Map([[2n ** 62n, 1]]),
    place: { lat: 0, names: [{ name: 'x' }, {}] },
  },
  { id: 2, text: '', flag: true, tiny: 0, raw: new Uint8Array(), place: { lat: 1.5 } },
  { id: 3 },
];

const SELECT_ALL = `SELECT id, tiny, small, large::STRING, single, wide, text, short_text, flag, hex(raw), "day"::STRING,
  epoch_us("at")::STRING, epoch_us(local_at)::STRING, price::STRING, anything::STRING, tags::STRING, counts::STRING, place::STRING
  FROM this ORDER BY id`;

const read: readonly unknown[] = [
  [
    ...[1, -128, 32_767, '-9223372036854775808', 0.5, -1e300, 'Grüße 😀', '😀'.repeat(12), false, '00FF', '2026-02-03'],
    ...['1770091506789000', '1', '-123456789.125', "{'a': [1, NULL, x]}", "[a, '']", '{4611686018427387904=1}'],
    "{'lat': 0.0, 'names': [{'name': x}, {'name': NULL}]}",
  ],
  [
    2,
    0,
    null,
    null,
    null,
    null,
    '',
    null,
    true,
    '',
    null,
    null,
    null,
    null,
    null,
    '[]',
    '{}',
    "{'lat': 1.5, 'names': []}",
  ],
  [3, ...Array(14).fill(null), '[]', '{}', null],
];

describe('Rows of every type', () => {
  it('arrive unchanged in a Delta table, with a definition of either origin', async () => {
    for (const origin of ['defined', 'fetched']) {
      await using server = await startZerobusLocal({ tables: [DDL], auth: credentials });
      const { endpoint, workspaceUrl } = server;
      const definition =
        origin === 'defined' ? everyType() : await fetchTable(server, 'main.iot.every_type', credentials);
      const durable = from(rows).pipe(toZerobus(definition, { endpoint, workspaceUrl, ...credentials }));
      expect(await lastValueFrom(durable)).toBe(2);
      await server.flush();
      const { rows: found } = await readTable(server.tablePath('main.iot.every_type'), SELECT_ALL);
      expect(found)
        .withContext(origin)
        .toEqual(read as never);
    }
  });

  it('are refused with their index in the source', async () => {
    await using server = await startZerobusLocal({ tables: [DDL], auth: credentials });
    const { endpoint, workspaceUrl } = server;
    const wrong = { id: 2, tags: ['a', 7 as never] };
    const failing = lastValueFrom(
      from([{ id: 1 }, wrong, { id: 3 }]).pipe(toZerobus(everyType(), { endpoint, workspaceUrl, ...credentials })),
    );
    await expectAsync(failing).toBeRejectedWith(
      jasmine.objectContaining({
        code: 'INVALID_RECORD',
        offset: 1,
        message: 'every_type[1].tags[1]: expected string, got number.',
      }),
    );
    await server.flush();
    expect(server.counters('main.iot.every_type').tableRows).toBe(1);
  });
});
