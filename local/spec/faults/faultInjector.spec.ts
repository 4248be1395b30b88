import { readTable } from '../../lib/sql/readTable.ts';
import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';
import { RawStream } from '../support/rawStream.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';
import { errorInfoOf } from '../support/statusDetails.ts';
import { fetchToken, requestToken } from '../support/tokens.ts';

const UNAVAILABLE = 14;
const RESOURCE_EXHAUSTED = 8;
const OTHERS = 'main.iot.others';

describe('Fault injection', () => {
  let server: ZerobusLocal;

  beforeEach(async () => {
    server = await startZerobusLocal({ tables: [READINGS_DDL, `CREATE TABLE ${OTHERS} (temp INT)`], auth: false });
  });

  afterEach(() => server.close());

  async function storedTemps(): Promise<unknown[]> {
    await server.flush();
    const { rows } = await readTable(server.tablePath(READINGS), 'SELECT temp FROM this ORDER BY temp');
    return rows.map(([temp]) => temp);
  }

  async function createStatus(table: string): Promise<number> {
    const stream = new RawStream(server.endpoint, { table });
    stream.send({ createStream: { tableName: table, recordType: 2 } });
    stream.call.on('data', () => stream.call.end());
    return (await stream.status).code;
  }

  it('refuses the streams of one table with a status, a number of times', async () => {
    server.faults.refuseStreams({ code: UNAVAILABLE, message: 'not now', times: 2, table: READINGS });
    const codes = [await createStatus(OTHERS)];
    for (let i = 0; i < 3; i++) {
      codes.push(await createStatus(READINGS));
    }

    expect(codes).toEqual([0, UNAVAILABLE, UNAVAILABLE, 0]);
    expect(server.activity.counters).toEqual(jasmine.objectContaining({ streamsRefused: 2, streamsOpened: 2 }));
  });

  it('refuses streams with details until it is cleared', async () => {
    const errorInfo = { reason: 'SCHEMA_VALIDATION_FAILED', domain: 'd', metadata: { causes: 'FIELD_COUNT_MISMATCH' } };
    const fault = server.faults.refuseStreams({ code: RESOURCE_EXHAUSTED, errorInfo });
    const stream = new RawStream(server.endpoint, { table: READINGS });
    stream.send({ createStream: { tableName: READINGS, recordType: 2 } });
    const status = await stream.status;
    fault.clear();

    expect(status.code).toBe(RESOURCE_EXHAUSTED);
    expect(errorInfoOf(status)).toEqual(errorInfo);
    expect(await createStatus(READINGS)).toBe(0);
  });

  it('leaves create_stream unanswered', async () => {
    server.faults.hangStreams({ times: 1 });
    const hanging = new RawStream(server.endpoint, { table: READINGS });
    hanging.send({ createStream: { tableName: READINGS, recordType: 2 } });
    await hanging.headers;

    expect(await createStatus(READINGS)).toBe(0);
    expect(hanging.responses).toEqual([]);
    hanging.call.cancel();
    await hanging.status;
  });

  it('delays acks, and a closing stream waits for them', async () => {
    server.faults.delayAcks({ delayMs: 60 });
    const stream = await RawStream.open(server.endpoint, READINGS);
    const from = performance.now();
    stream.sendJson(0, [{ temp: 1 }]);
    const status = await stream.close();

    expect(performance.now() - from).toBeGreaterThan(50);
    expect([status.code, stream.acks]).toEqual([0, [0]]);
  });

  it('drops acks, although the rows are stored', async () => {
    server.faults.dropAcks();
    const stream = await RawStream.open(server.endpoint, READINGS);
    stream.sendJson(0, [{ temp: 1 }]);
    await stream.close();

    expect(stream.acks).toEqual([]);
    expect(await storedTemps()).toEqual([1]);
  });

  for (const [what, inject, expected] of [
    ['duplicates acks', (): unknown => server.faults.duplicateAcks({ times: 1 }), [0, 0, 1]],
    ['acknowledges more than is durable', (): unknown => server.faults.overAck({ by: 3, times: 1 }), [3, 1]],
    ['acknowledges a negative offset', (): unknown => server.faults.replaceAcks({ offset: -1, times: 1 }), [-1, 1]],
    ['omits the offset of an ack', (): unknown => server.faults.omitAckOffsets({ times: 1 }), [undefined, 1]],
  ] as const) {
    it(what, async () => {
      const stream = await RawStream.open(server.endpoint, READINGS);
      inject();
      stream.sendJson(0, [{ temp: 1 }]);
      await stream.next();
      stream.sendJson(1, [{ temp: 2 }]);
      await stream.close();

      expect(stream.acks).toEqual([...expected]);
    });
  }

  it('closes open streams with a status', async () => {
    const [stream, other] = await Promise.all([
      RawStream.open(server.endpoint, READINGS),
      RawStream.open(server.endpoint, OTHERS),
    ]);
    const met = server.faults.closeStreams({ code: UNAVAILABLE, table: READINGS });

    expect(met).toBe(1);
    expect((await stream.status).code).toBe(UNAVAILABLE);
    expect((await other.close()).code).toBe(0);
  });

  it('cuts connections without a status', async () => {
    const stream = await RawStream.open(server.endpoint, READINGS);
    stream.sendJson(0, [{ temp: 1 }]);
    await stream.acknowledged(0);

    expect(server.faults.cutConnections()).toBe(1);
    expect((await stream.status).code).toBe(UNAVAILABLE);
    expect(await storedTemps()).toEqual([1]);
  });

  it('sends a close signal, still takes records, and ends the stream when the time is over', async () => {
    const stream = await RawStream.open(server.endpoint, READINGS);
    server.faults.signalClose({ durationMs: 1500 });

    expect((await stream.next()).closeStreamSignal).toEqual({ duration: { seconds: 1, nanos: 500_000_000 } });
    stream.sendJson(0, [{ temp: 1 }]);
    await stream.acknowledged(0);
    const { streamId } = stream.responses[0]?.createStreamResponse ?? {};
    const status = await stream.status;
    expect([status.code, status.details]).toEqual([
      UNAVAILABLE,
      `Stream timeout reached. Closing the stream (ID ${streamId}). Error Code: 6002, Error State: 0`,
    ]);
  });

  it('fails token requests, and leaves them unanswered', async () => {
    server.faults.failTokenRequests({ httpStatus: 503, error: 'busy', times: 1 });
    const failed = await requestToken(server, { table: READINGS });
    server.faults.issueDeadTokens({ times: 1 });
    const dead = (await (await requestToken(server, { table: READINGS })).json()) as { expires_in: number };
    expect([failed.status, ((await failed.json()) as { error: string }).error]).toEqual([503, 'busy']);
    expect(dead.expires_in).toBe(0);
    server.faults.hangTokenRequests({ times: 1 });
    const outcomes: (number | string)[] = [];
    const requests = [1, 2].map(() =>
      requestToken(server, { table: READINGS }).then(
        ({ status }) => outcomes.push(status),
        () => outcomes.push('cut off'),
      ),
    );
    await Promise.race(requests);
    await server.close();
    await Promise.all(requests);
    expect(outcomes).toEqual([200, 'cut off']);
  });

  it('issues expired tokens, which do not open streams', async () => {
    const strict = await startZerobusLocal({ tables: [READINGS_DDL] });
    try {
      strict.faults.issueDeadTokens();
      const stream = new RawStream(strict.endpoint, { table: READINGS, token: await fetchToken(strict, READINGS) });
      stream.send({ createStream: { tableName: READINGS, recordType: 2 } });

      expect((await stream.status).code).toBe(16);
    } finally {
      await strict.close();
    }
  });

  it('clears all faults at once', async () => {
    server.faults.refuseStreams({ code: UNAVAILABLE });
    server.faults.hangStreams();
    server.faults.dropAcks();
    server.faults.delayAcks({ delayMs: 1e6 });
    server.faults.clear();
    const stream = await RawStream.open(server.endpoint, READINGS);
    stream.sendJson(0, [{ temp: 1 }]);

    expect(await stream.acknowledged(0)).toEqual([0]);
    await stream.close();
  });

  it('reports the next stream, and counts what happens', async () => {
    const next = server.activity.nextStream(READINGS);
    const other = await RawStream.open(server.endpoint, OTHERS);
    const stream = await RawStream.open(server.endpoint, READINGS, { headers: { 'user-agent': 'spec/1' } });
    stream.sendJson(0, [{ temp: 1 }, { temp: 2 }]);
    await stream.close();
    await other.close();

    const opened = await next;
    expect(opened).toEqual({
      streamId: stream.responses[0]?.createStreamResponse?.streamId ?? '',
      tableName: READINGS,
      recordType: 'JSON',
      userAgent: jasmine.stringContaining('grpc-node-js'),
    });
    expect(server.activity.counters).toEqual({
      streamsOpened: 2,
      streamsRefused: 0,
      streamsOpen: 0,
      requestsReceived: 1,
      recordsAccepted: 2,
      bytesAccepted: '{"temp":1}{"temp":2}'.length,
      acksSent: 1,
      tokensIssued: 0,
      tokensRefused: 0,
    });
  });
});
