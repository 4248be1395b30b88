import { readTable } from '../../lib/sql/readTable.ts';
import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';
import { RawStream } from '../support/rawStream.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';

describe('JSON ingest over gRPC', () => {
  let server: ZerobusLocal;

  beforeEach(async () => {
    server = await startZerobusLocal({ tables: [READINGS_DDL], auth: false });
  });

  afterEach(() => server.close());

  async function rows(): Promise<readonly (readonly unknown[])[]> {
    await server.flush();
    return (await readTable(server.tablePath(READINGS), 'SELECT device, temp, epoch_us("at") FROM this ORDER BY temp'))
      .rows;
  }

  it('stores an acknowledged batch in the Delta table', async () => {
    const stream = await RawStream.open(server.endpoint, READINGS);
    stream.sendJson(0, [{ device: 'a', temp: 1, at: 1700000000000001 }, { temp: 2 }]);
    await stream.acknowledged(0);
    const status = await stream.close();

    expect(status.code).toBe(0);
    expect(await rows()).toEqual([
      ['a', 1, '1700000000000001'],
      [null, 2, null],
    ]);
  });

  it('takes single records and batches with one sequence of offsets', async () => {
    const stream = await RawStream.open(server.endpoint, READINGS);
    stream.send({ ingestRecord: { offsetId: 0, jsonRecord: '{"temp":1}' } });
    stream.sendJson(1, [{ temp: 2 }, { temp: 3 }]);
    stream.send({ ingestRecord: { offsetId: 2, jsonRecord: '{\n "temp": 4,\n "device": "ü\\n"\n}' } });
    await stream.acknowledged(2);
    await stream.close();

    expect(await rows()).toEqual([
      [null, 1, null],
      [null, 2, null],
      [null, 3, null],
      ['ü\n', 4, null],
    ]);
  });

  it('acknowledges cumulatively, never backwards, and everything before the stream ends', async () => {
    const stream = await RawStream.open(server.endpoint, READINGS);
    const count = 2000;
    for (let offset = 0; offset < count; offset++) {
      stream.sendJson(offset, [{ temp: offset }]);
    }
    const status = await stream.close();

    expect(status.code).toBe(0);
    const acks = stream.acks as number[];
    expect(acks.at(-1)).toBe(count - 1);
    expect(acks.every((ack, index) => index === 0 || ack > (acks[index - 1] as number))).toBeTrue();
    expect(acks.length).toBeLessThan(count);
    expect((await rows()).length).toBe(count);
  });

  it('sends the response headers before the first request', async () => {
    const stream = new RawStream(server.endpoint, { table: READINGS });

    expect(await stream.headers).toBeDefined();
    stream.call.cancel();
    await stream.status;
  });

  it('serves streams side by side, each with its own offsets', async () => {
    const streams = await Promise.all([1, 2, 3].map(() => RawStream.open(server.endpoint, READINGS)));
    streams.forEach((stream, index) => {
      stream.sendJson(0, [{ temp: 10 * index }]);
      stream.sendJson(1, [{ temp: 10 * index + 1 }]);
    });
    const statuses = await Promise.all(streams.map((stream) => stream.close()));

    expect(statuses.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect((await rows()).map(([, temp]) => temp)).toEqual([0, 1, 10, 11, 20, 21]);
    expect(new Set(streams.map(({ responses }) => responses[0]?.createStreamResponse?.streamId)).size).toBe(3);
  });

  it('releases a stream whose client is lost, and keeps its acknowledged rows', async () => {
    const stream = await RawStream.open(server.endpoint, READINGS);
    stream.sendJson(0, [{ temp: 7 }]);
    await stream.acknowledged(0);
    stream.call.cancel();
    await stream.status;
    const next = await RawStream.open(server.endpoint, READINGS);
    await next.close();

    expect((await rows()).map(([, temp]) => temp)).toEqual([7]);
    expect(server.activity.counters.streamsOpen).toBe(0);
  });

  it('takes a request of the maximum size', async () => {
    const stream = await RawStream.open(server.endpoint, READINGS);
    const frame = JSON.stringify({ temp: 1, device: '' });
    stream.sendJson(0, [JSON.stringify({ temp: 1, device: 'x'.repeat(10_485_760 - frame.length) })]);
    await stream.acknowledged(0);
    await stream.close();
    await server.flush();

    const result = await readTable(server.tablePath(READINGS), 'SELECT length(device) FROM this');
    expect(result.rows.map(([length]) => Number(length))).toEqual([10_485_760 - frame.length]);
  });
});
