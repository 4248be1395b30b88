import { join } from 'node:path';
import { from, lastValueFrom, NEVER, of, toArray } from 'rxjs';
import { ZerobusSdk } from '../../../lib/sdk/zerobusSdk.ts';
import { defineTable } from '../../../lib/table/defineTable.ts';
import { deadLetters } from '../../../operators/deadLetters.ts';
import { ingest } from '../../../operators/ingest.ts';
import { pull } from '../../../operators/pull.ts';
import { readDeadLetters } from '../../../operators/readDeadLetters.ts';
import { throughZerobus } from '../../../operators/throughZerobus.ts';
import { toZerobus } from '../../../operators/toZerobus.ts';
import { lettersFile } from '../../support/lettersFile.ts';
import { rejectionOf } from '../../support/promises.ts';
import { READINGS_TABLE, type StartedServer, startServer } from '../../support/startServer.ts';

describe('deadLetters with a stream', () => {
  const file = lettersFile();
  let server: StartedServer;

  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.server.close());

  it('takes in what the service refuses, and the records can be sent again', async () => {
    const records = Array.from({ length: 50 }, (_, n) => ({ device: `d${n}`, temp: n % 20 === 7 ? 'hot' : n }));
    const rejected = deadLetters(file.path);
    const watermarks = await Promise.all(
      [records.slice(0, 25), records.slice(25)].map((some) =>
        lastValueFrom(from(some).pipe(toZerobus(READINGS_TABLE, { ...server.connection, rejected }))),
      ),
    );
    expect(watermarks).toEqual([24, 24]);
    const letters = await file.read();
    expect(letters.map(({ offset, code, schemaCauses }) => `${offset} ${code} ${schemaCauses}`).sort()).toEqual([
      '2 INVALID_SCHEMA TYPE_INCOMPATIBLE',
      '22 INVALID_SCHEMA TYPE_INCOMPATIBLE',
      '7 INVALID_SCHEMA TYPE_INCOMPATIBLE',
    ]);
    const sent = await lastValueFrom(
      pull(readDeadLetters(file.path), NEVER).pipe(
        throughZerobus(READINGS_TABLE, {
          ...server.connection,
          row: ({ record }) => (record as string).replace('"hot"', '40'),
        }),
        toArray(),
      ),
    );
    expect(sent.map(({ reason }) => reason)).toEqual(letters.map(({ reason }) => reason));
  });

  it('ends the stream if the file cannot be written', async () => {
    const cases: readonly (readonly [string, string])[] = [
      [join(file.folder, 'none', 'dead.ndjson'), 'ENOENT'],
      [file.folder, 'EISDIR'],
      ...(process.platform === 'linux' ? [['/dev/full', 'ENOSPC'] as const] : []),
    ];
    for (const [place, code] of cases) {
      const error = await rejectionOf(
        lastValueFrom(
          of('{"temp":1}', '{"temp":"hot"}', '{"temp":3}').pipe(
            toZerobus(READINGS_TABLE, { ...server.connection, rejected: deadLetters(place) }),
          ),
        ),
      );
      expect([error.code, (error.cause as NodeJS.ErrnoException).code, error.offset]).toEqual([
        'REJECTION_FAILED',
        code,
        1,
      ]);
      expect(error.unacked).toContain('{"temp":"hot"}');
    }
  });

  it('works with ingest', async () => {
    await lastValueFrom(
      ingest(['{"temp":"hot"}', '{"temp":7}'], READINGS_TABLE, {
        ...server.connection,
        rejected: deadLetters(file.path),
      }),
    );
    async function* again(): AsyncGenerator<string> {
      for await (const { record } of readDeadLetters(file.path)) {
        yield String(record).replace('"hot"', '8');
      }
    }
    expect(await lastValueFrom(ingest(again(), READINGS_TABLE, server.connection))).toBe(0);
  });

  it('works with the streams of a ZerobusSdk, a batch as one line for each record', async () => {
    const { endpoint, workspaceUrl, clientId, clientSecret } = server.connection;
    const sdk = new ZerobusSdk(endpoint, workspaceUrl);
    const rejected = deadLetters(file.path);
    const readings = defineTable(READINGS_TABLE, (t) => ({ device: t.string(), temp: t.string() }));
    const json = await sdk.createStream({ tableName: READINGS_TABLE }, clientId, clientSecret, { rejected });
    const outcomes = await Promise.allSettled([
      json.ingestRecord({ temp: 1 }),
      json.ingestRecords([{ temp: 2 }, { temp: 'hot' }]),
      json.ingestRecord('{"temp":3'),
      json.ingestRecords([{ temp: 4 }, { temp: 5 }]),
    ]);
    await json.close();
    expect(outcomes.map((each) => (each.status === 'fulfilled' ? each.value : each.reason.offset))).toEqual([
      0, 1, 2, 3,
    ]);
    expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual([true, false, false, true]);
    expect((await file.read()).map(({ offset, record }) => [offset, record])).toEqual([
      [1, '{"temp":2}'],
      [1, '{"temp":"hot"}'],
      [2, '{"temp":3'],
    ]);
    // A definition that is not that of the table is refused before anything is sent.
    const other = sdk.createStream(readings, clientId, clientSecret, { rejected });
    expect((await rejectionOf(other)).code).toBe('INVALID_SCHEMA');
    expect(await file.read()).toHaveSize(3);
  });
});
