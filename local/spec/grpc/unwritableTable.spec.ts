import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';
import { commitAsOther } from '../storage/storeFixture.ts';
import { RawStream } from '../support/rawStream.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';

const INVALID_ARGUMENT = 3;

describe('A stream into a table that can no longer be written to', () => {
  let server: ZerobusLocal;
  let errors: string[];

  beforeEach(async () => {
    errors = [];
    server = await startZerobusLocal({
      tables: [READINGS_DDL, 'CREATE TABLE main.iot.other (n INT)'],
      auth: false,
      flushIntervalMs: 3_600_000,
      onError: (error) => errors.push(error.message),
    });
  });

  afterEach(() => server.close().catch(() => undefined));

  async function addConstraint(): Promise<void> {
    const protocol = { minReaderVersion: 1, minWriterVersion: 3 };
    await commitAsOther(server.tablePath(READINGS), { protocol });
  }

  it('ends with the reason as its status, after its acks, and new streams are refused', async () => {
    const [stream, idle, other] = await Promise.all([
      RawStream.open(server.endpoint, READINGS),
      RawStream.open(server.endpoint, READINGS),
      RawStream.open(server.endpoint, 'main.iot.other'),
    ]);
    stream.sendJson(0, [{ temp: 1 }]);
    await stream.acknowledged(0);
    await addConstraint();
    await expectAsync(server.flush()).toBeRejectedWithError(/takes no records/);

    for (const status of [await stream.status, await idle.status]) {
      expect(status.code).toBe(INVALID_ARGUMENT);
      expect(status.details).toMatch(/main\.iot\.readings takes no records: .* Delta writer version 3.*[^.]$/s);
    }
    const refused = new RawStream(server.endpoint, { table: READINGS });
    refused.send({ createStream: { tableName: READINGS, recordType: 2 } });
    expect((await refused.status).code).toBe(INVALID_ARGUMENT);

    // The other table still takes rows.
    other.sendJson(0, [{ n: 1 }]);
    await other.acknowledged(0);
    expect((await other.close()).code).toBe(0);
  });

  it('is opened again after the other writer has reverted its change', async () => {
    await addConstraint();
    const stream = await RawStream.open(server.endpoint, READINGS);
    stream.sendJson(0, [{ temp: 1 }]);
    await stream.acknowledged(0);
    await expectAsync(server.flush()).toBeRejected();
    await stream.status;
    const protocol = { minReaderVersion: 1, minWriterVersion: 2 };
    await commitAsOther(server.tablePath(READINGS), { protocol });
    await server.flush();

    const again = await RawStream.open(server.endpoint, READINGS);
    again.sendJson(0, [{ temp: 2 }]);
    await again.acknowledged(0);
    await again.close();
    await server.flush();
    expect(server.counters(READINGS)).toEqual(jasmine.objectContaining({ tableRows: 2, unflushedRows: 0 }));
  });
});
