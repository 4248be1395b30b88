import { status } from '@grpc/grpc-js';
import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';
import { RawStream } from '../support/rawStream.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';
import { insert } from '../support/rest.ts';

const OTHERS = 'main.iot.others';

describe('REST ingest with injected faults', () => {
  let server: ZerobusLocal;

  beforeEach(async () => {
    server = await startZerobusLocal({ tables: [READINGS_DDL, `CREATE TABLE ${OTHERS} (temp INT)`], auth: false });
  });

  afterEach(() => server.close());

  async function insertOne(table = READINGS): Promise<string> {
    const { status: httpStatus, body } = await insert(server, table, [{ temp: 1 }]);
    return `${httpStatus} ${body.error_code ?? ''}`.trim();
  }

  /** Resolves when the records of `count` requests are handed to the storage. */
  function accepted(count: number): Promise<void> {
    return server.activity.until(({ recordsAccepted }) => recordsAccepted >= count);
  }

  for (const [code, expected] of [
    [status.CANCELLED, '499 CANCELLED'],
    [status.UNKNOWN, '500 INTERNAL_ERROR'],
    [status.INVALID_ARGUMENT, '400 INVALID_PARAMETER_VALUE'],
    [status.DEADLINE_EXCEEDED, '504 DEADLINE_EXCEEDED'],
    [status.NOT_FOUND, '404 NOT_FOUND'],
    [status.ALREADY_EXISTS, '409 ALREADY_EXISTS'],
    [status.PERMISSION_DENIED, '403 PERMISSION_DENIED'],
    [status.RESOURCE_EXHAUSTED, '429 RESOURCE_EXHAUSTED'],
    [status.FAILED_PRECONDITION, '400 INVALID_STATE'],
    [status.ABORTED, '409 ABORTED'],
    [status.OUT_OF_RANGE, '400 INVALID_PARAMETER_VALUE'],
    [status.UNIMPLEMENTED, '501 NOT_IMPLEMENTED'],
    [status.INTERNAL, '500 INTERNAL_ERROR'],
    [status.UNAVAILABLE, '503 TEMPORARILY_UNAVAILABLE'],
    [status.DATA_LOSS, '500 INTERNAL_ERROR'],
    [status.UNAUTHENTICATED, '401 UNAUTHENTICATED'],
    [99 as status, '500 INTERNAL_ERROR'],
  ] as const) {
    it(`answers ${expected} if streams are refused with the status ${code}`, async () => {
      server.faults.refuseStreams({ code, message: 'not now', table: READINGS, times: 1 });

      expect(await insertOne(OTHERS)).toBe('200');
      expect(await insertOne()).toBe(expected);
      expect(await insertOne()).toBe('200');
    });
  }

  it('says when to try again, and passes on the message of a fault', async () => {
    server.faults.refuseStreams({ code: status.UNAVAILABLE, message: 'not now' });
    const { headers, body } = await insert(server, READINGS, [{ temp: 1 }]);

    expect([headers.get('retry-after'), body.message]).toEqual(['1', 'not now']);
  });

  it('leaves requests unanswered while streams hang, until the server closes', async () => {
    server.faults.hangStreams({ times: 1 });
    const hanging = insertOne();
    await server.activity.until(({ requestsReceived }) => requestsReceived === 1);

    expect(await insertOne()).toBe('200');
    await server.close();
    expect(await hanging).toBe('503 TEMPORARILY_UNAVAILABLE');
  });

  it('answers late, but the rows are stored before', async () => {
    server.faults.delayAcks({ delayMs: 60, times: 1 });
    const from = performance.now();
    const late = insertOne();
    await server.flush();
    await accepted(1);

    expect(await late).toBe('200');
    expect(performance.now() - from).toBeGreaterThan(50);
  });

  it('answers at once what a fault delays if the server closes', async () => {
    server.faults.delayAcks({ delayMs: 3_600_000 });
    const late = insertOne();
    await accepted(1);
    await server.close();

    expect(await late).toBe('200');
  });

  it('gives no answer if acks are dropped, although the rows are stored', async () => {
    server.faults.dropAcks({ times: 1 });
    const dropped = insertOne().catch(() => 'cut off');
    await accepted(1);
    await server.flush();

    expect(await insertOne()).toBe('200');
    expect(server.counters(READINGS).tableRows).toBe(1);
    expect(server.activity.counters.acksSent).toBe(1);
    await server.close();
    expect(await dropped).toBe('cut off');
  });

  it('leaves faults of offsets to streams', async () => {
    server.faults.overAck({ by: 3, times: 1 });
    expect(await insertOne()).toBe('200');
    const stream = await RawStream.open(server.endpoint, READINGS);
    stream.sendJson(0, [{ temp: 1 }]);
    await stream.close();

    expect(stream.acks).toEqual([3]);
  });

  it('cuts the connections of requests that are not answered', async () => {
    server.faults.dropAcks();
    const cut = insertOne().catch(() => 'cut off');
    await accepted(1);

    expect(server.faults.cutConnections({ table: OTHERS })).toBe(0);
    expect(server.faults.cutConnections({ table: READINGS })).toBe(1);
    expect(await cut).toBe('cut off');
    await server.activity.until(() => server.faults.cutConnections() === 0);
  });

  it('closes requests whose records have not arrived, and stores nothing of them', async () => {
    const body = new TransformStream<Uint8Array, Uint8Array>();
    const writer = body.writable.getWriter();
    const answered = fetch(`${server.workspaceUrl}/zerobus/v1/tables/${READINGS}/insert`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: body.readable,
      duplex: 'half',
    });
    await writer.write(Buffer.from('[{"temp":1},'));
    await server.activity.until(({ requestsReceived }) => requestsReceived === 1);

    expect(server.faults.signalClose({ durationMs: 0 })).toBe(1);
    expect(server.faults.closeStreams({ code: status.UNAVAILABLE, table: READINGS })).toBe(1);
    const response = await answered;
    expect([response.status, ((await response.json()) as { message: string }).message]).toEqual([
      503,
      'Closed by an injected fault.',
    ]);
    await writer.abort().catch(() => undefined);
    expect(server.counters(READINGS).acceptedRows).toBe(0);
  });
});
