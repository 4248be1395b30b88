import { rejectionOf } from '../support/promises.ts';
import { ScriptedService } from '../support/scriptedService.ts';
import { ack } from '../support/scriptedTransport.ts';
import { reading, readingText, type SdkServer, startSdkServer } from '../support/sdkServer.ts';

describe('Conformance, failure with recovery off', () => {
  let world: SdkServer;

  beforeEach(async () => {
    world = await startSdkServer();
  });
  afterEach(() => world.close());

  const lost = { code: 13, message: 'lost the log' };
  const texts = (...temps: number[]): string[] => temps.map(readingText);

  it('receiver_error_fails_stream: with the error of the service, even if a new connection could fix it', async () => {
    const stream = await world.open({ recovery: false });
    await stream.ingestRecord(reading(1));
    world.server.faults.dropAcks();
    const record = stream.ingestRecord(reading(2));
    await world.server.activity.until(({ recordsAccepted }) => recordsAccepted === 2);
    world.server.faults.closeStreams(lost);
    const error = await rejectionOf(record);
    expect([error.code, error.message, error.isRetryable]).toEqual(['INTERNAL', 'lost the log', true]);
    expect([stream.isClosed, stream.stats.state]).toEqual([true, 'failed']);
    expect((await rejectionOf(stream.ingestRecord(reading(3)))).message).toBe('lost the log');
    expect((await rejectionOf(stream.flush())).message).toBe('lost the log');
    expect(world.server.activity.counters.streamsOpened).toBe(1);
  });

  it('server_unresponsiveness_fails_stream: after serverLackOfAckTimeoutMs without progress', async () => {
    world.server.faults.dropAcks();
    const stream = await world.open({ recovery: false, serverLackOfAckTimeoutMs: 50 });
    const error = await rejectionOf(stream.ingestRecord(reading(1)));
    expect([error.code, error.unacked]).toEqual(['ACK_TIMEOUT', texts(1)]);
    expect(stream.stats.state).toBe('failed');
  });

  it('get_unacked_records_after_failure: unacknowledged records, in order; INVALID_STATE before the stream has ended', async () => {
    const stream = await world.open({ recovery: false });
    await stream.ingestRecord(reading(1));
    world.server.faults.dropAcks();
    const records = [2, 3, 4].map((temp) => rejectionOf(stream.ingestRecord(reading(temp))));
    expect((await rejectionOf(stream.getUnackedRecords())).code).toBe('INVALID_STATE');
    expect((await rejectionOf(stream.getUnackedBatches())).code).toBe('INVALID_STATE');
    world.server.faults.closeStreams(lost);
    const [error] = await Promise.all(records);
    expect(await stream.getUnackedRecords()).toEqual(texts(2, 3, 4));
    expect(error?.unacked).toEqual(texts(2, 3, 4));
  });

  it('get_unacked_records_with_mixed_batches_and_singles: as batches, or as a flat list', async () => {
    world.server.faults.dropAcks();
    const stream = await world.open({ recovery: false });
    const submissions = [
      rejectionOf(stream.ingestRecord(reading(1))),
      rejectionOf(stream.ingestRecord(reading(2))),
      rejectionOf(stream.ingestRecords([reading(3), reading(4)])),
      rejectionOf(stream.ingestRecord(reading(5))),
      rejectionOf(stream.ingestRecords([reading(6)])),
    ];
    world.server.faults.closeStreams(lost);
    await Promise.all(submissions);
    expect(await stream.getUnackedBatches()).toEqual([texts(1), texts(2), texts(3, 4), texts(5), texts(6)]);
    expect(await stream.getUnackedRecords()).toEqual(texts(1, 2, 3, 4, 5, 6));
  });

  it('pending_futures_fail_on_stream_failure: whatever they wait for', async () => {
    const service = new ScriptedService();
    const stream = await service.open({ recovery: false, maxInflightRecords: 2 });
    const pending = [
      stream.ingestRecord(reading(1)),
      stream.ingestRecords([reading(2)]),
      stream.ingestRecordOffset(reading(3)),
      stream.ingestRecordsOffset([reading(4)]),
      stream.flush(),
      stream.waitForOffset(0),
      stream.waitForOffset(1),
      stream.close(),
      stream.acks$.forEach(() => {}),
    ].map(rejectionOf);
    service.advance();
    service.send(ack(-1));
    const codes = (await Promise.all(pending)).map(({ code }) => code);
    expect(codes).toEqual(Array(pending.length).fill('PROTOCOL_ERROR'));
    // Records that waited for room were never accepted, so they are not handed back.
    expect(await stream.getUnackedRecords()).toEqual(texts(1, 2));
    expect(service.timerCount).toBe(0);
  });
});
