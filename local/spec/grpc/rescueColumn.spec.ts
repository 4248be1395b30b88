import { readTable } from '../../lib/sql/readTable.ts';
import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';
import { parseMessage } from '../support/messageDescriptor.ts';
import { RawStream } from '../support/rawStream.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';
import { errorInfoOf } from '../support/statusDetails.ts';

describe('a table with a rescue column', () => {
  let server: ZerobusLocal;

  beforeEach(async () => {
    server = await startZerobusLocal({ tables: [READINGS_DDL], auth: false });
    await server.alterTable(`ALTER TABLE ${READINGS} ADD COLUMN _rest VARIANT`);
  });

  afterEach(() => server.close());

  const tag = () => server.alterTable(`ALTER TABLE ${READINGS} ALTER COLUMN _rest SET TAGS ('zerobus-rescue' = '')`);

  it('takes what does not fit, from the next JSON stream on, and stores it as an object', async () => {
    const before = await RawStream.open(server.endpoint, READINGS);
    await tag();
    const stream = await RawStream.open(server.endpoint, READINGS);
    const extra = '{"temp":2,"device":7,"note":{"big":12345678901234567890,"list":[1.50,null]}}';
    stream.sendJson(0, ['{"temp":1,"device":"a"}', extra, '{"temp":3}']);
    await stream.acknowledged(0);
    expect((await stream.close()).code).toBe(0);
    before.sendJson(0, [{ temp: 4, note: 1 }]);
    expect((await before.status).details).toMatch(/no column "note"/);
    await server.flush();

    const { rows } = await readTable(
      server.tablePath(READINGS),
      'SELECT temp, device, _rest IS NULL, _rest.device::INT, _rest.note.big::HUGEINT::VARCHAR, _rest.note.list[1]::VARCHAR FROM this ORDER BY temp',
    );
    expect(rows).toEqual([
      [1, 'a', true, null, null, null],
      [2, null, false, 7, '12345678901234567890', '1.50'],
      [3, null, true, null, null, null],
    ]);
    expect(server.counters(READINGS).rejectedRows).toBe(0);
  });

  it('refuses a record that writes it, and one without a NOT NULL column', async () => {
    await tag();
    const writes = await RawStream.open(server.endpoint, READINGS);
    writes.sendJson(0, [{ temp: 1, _rest: '{}' }]);
    const lacks = await RawStream.open(server.endpoint, READINGS);
    lacks.sendJson(0, [{ temp: 1.5, note: 1 }]);
    const [written, lacking] = await Promise.all([writes.status, lacks.status]);

    expect([written.code, lacking.code]).toEqual([3, 3]);
    expect(written.details).toMatch(/records\[0\]\._rest: is the rescue column, which only the server writes/);
    expect(errorInfoOf(lacking)?.metadata?.['causes']).toBe('TYPE_INCOMPATIBLE');
    expect(lacking.details).toMatch(/records\[0\]\.temp: expected INT, got 1\.5/);
  });

  it('does not change PROTO streams', async () => {
    await tag();
    const { descriptor } = parseMessage('optional int32 temp = 1; optional string note = 2;');
    const create = { recordType: 1, descriptorProto: descriptor };
    await expectAsync(RawStream.open(server.endpoint, READINGS, { create })).toBeRejectedWithError(/note/);
  });

  it('is an ordinary column again without its tag', async () => {
    await tag();
    await server.alterTable(`ALTER TABLE ${READINGS} ALTER COLUMN _rest UNSET TAGS ('zerobus-rescue')`);
    const stream = await RawStream.open(server.endpoint, READINGS);
    stream.sendJson(0, [{ temp: 1, _rest: '{"a":1}' }]);
    await stream.acknowledged(0);
    expect((await stream.close()).code).toBe(0);
  });
});
