import { readTable } from '../../lib/sql/readTable.ts';
import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';
import { RawStream } from '../support/rawStream.ts';

const readings = 'main.iot.readings';
const ddl = `CREATE TABLE ${readings} (device STRING, temp INT NOT NULL, at TIMESTAMP)`;

describe('JSON ingest over gRPC', () => {
  let server: ZerobusLocal;

  beforeEach(async () => {
    server = await startZerobusLocal({ tables: [ddl], auth: false });
  });

  afterEach(() => server.close());

  it('brings an acknowledged batch into the Delta table', async () => {
    const stream = await RawStream.open(server.endpoint, readings);
    stream.sendJson(0, [{ device: 'a', temp: 1, at: 1700000000000001 }, { temp: 2 }]);
    await stream.acknowledged(0);
    const status = await stream.close();
    await server.flush();

    expect(status.code).toBe(0);
    const { rows } = await readTable(
      server.tablePath(readings),
      'SELECT device, temp, epoch_us("at") FROM this ORDER BY temp',
    );
    expect(rows).toEqual([
      ['a', 1, '1700000000000001'],
      [null, 2, null],
    ]);
  });
});
