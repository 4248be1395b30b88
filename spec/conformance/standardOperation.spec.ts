import { rejectionOf } from '../support/promises.ts';
import { ScriptedService } from '../support/scriptedService.ts';
import { ack } from '../support/scriptedTransport.ts';
import { reading, readingBytes, type SdkServer, startSdkServer } from '../support/sdkServer.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

describe('Conformance, standard operation', () => {
  let world: SdkServer;

  beforeEach(async () => {
    world = await startSdkServer();
  });
  afterEach(() => world.close());

  it('single_record_ingestion: resolves with its offset once the row is durable', async () => {
    const stream = await world.open();
    expect(await stream.ingestRecord(reading(5))).toBe(0);
    expect(stream.stats.durableOffset).toBe(0);
    expect(await world.storedTemps()).toEqual([5]);
  });

  it('multiple_records_ingestion: one offset each, resolved in order', async () => {
    const stream = await world.open();
    const resolved: number[] = [];
    await Promise.all(upTo(500).map((n) => stream.ingestRecord(reading(n)).then((offset) => resolved.push(offset))));
    expect(resolved).toEqual(upTo(500));
    expect(await world.storedTemps()).toEqual(upTo(500));
  });

  it('basic_batch_ingestion: one offset per batch, acknowledged in order', async () => {
    const stream = await world.openProto();
    const resolved: (number | null)[] = [];
    await Promise.all(
      [0, 10, 20].map((from) =>
        stream.ingestRecords(upTo(10).map((n) => readingBytes(from + n))).then((offset) => resolved.push(offset)),
      ),
    );
    expect(resolved).toEqual([0, 1, 2]);
    expect(await world.storedTemps()).toEqual(upTo(30));
  });

  it('ingest_empty_batch_returns_none: null, and nothing is sent', async () => {
    const stream = await world.open();
    expect(await stream.ingestRecords([])).toBeNull();
    expect(stream.stats.nextOffset).toBe(0);
    await stream.close();
    expect(world.server.activity.counters.requestsReceived).toBe(0);
  });

  it('ingest_empty_batch_after_records_returns_none: still null, and no gap in the offsets', async () => {
    const stream = await world.open();
    expect(await stream.ingestRecord(reading(1))).toBe(0);
    expect(await stream.ingestRecords([])).toBeNull();
    expect(await stream.ingestRecord(reading(2))).toBe(1);
  });

  it('batch_too_large_rejected_by_server: the error of the service ends the stream, and the batch is handed back', async () => {
    const stream = await world.open();
    world.server.faults.dropAcks();
    const batch = stream.ingestRecords([reading(1), reading(2)]);
    await world.server.activity.until(({ recordsAccepted }) => recordsAccepted === 2);
    world.server.faults.closeStreams({ code: 3, message: 'Batch too large' });
    const error = await rejectionOf(batch);
    expect([error.code, error.message, error.unacked.length]).toEqual(['INVALID_ARGUMENT', 'Batch too large', 2]);
  });

  it('large_batch_ingestion: one offset for a hundred thousand records', async () => {
    const stream = await world.openProto();
    expect(await stream.ingestRecords(upTo(100_000).map(readingBytes))).toBe(0);
    expect(world.server.activity.counters.requestsReceived).toBe(1);
    expect((await world.storedTemps()).length).toBe(100_000);
  });

  it('mixed_batch_and_single_record_ingestion: each submission increases the offset by one', async () => {
    const stream = await world.open();
    const offsets = await Promise.all([
      stream.ingestRecord(reading(0)),
      stream.ingestRecords([reading(1), reading(2)]),
      stream.ingestRecord(reading(3)),
      stream.ingestRecord(reading(4)),
      stream.ingestRecords([reading(5)]),
    ]);
    expect(offsets).toEqual([0, 1, 2, 3, 4]);
    expect(await world.storedTemps()).toEqual(upTo(6));
  });

  it('flush: everything submitted before becomes durable', async () => {
    const stream = await world.open();
    for (const n of upTo(2000)) {
      void stream.ingestRecordOffset(reading(n));
    }
    await stream.flush();
    expect(stream.stats.durableOffset).toBe(1999);
    expect(await world.storedTemps()).toEqual(upTo(2000));
  });

  it('flush: includes records that wait for room or linger', async () => {
    const stream = await world.open({ lingerMs: 3_600_000, maxInflightRecords: 10, serverLackOfAckTimeoutMs: 20_000 });
    for (const n of upTo(25)) {
      void stream.ingestRecordOffset(reading(n));
    }
    expect([stream.stats.nextOffset, stream.stats.waitingForRoom]).toEqual([10, 15]);
    await stream.flush();
    expect([stream.stats.durableOffset, stream.stats.waitingForRoom]).toEqual([24, 0]);
  });

  it('flush_timeout: FLUSH_TIMEOUT after flushTimeoutMs, and the stream continues', async () => {
    const service = new ScriptedService();
    const stream = await service.open({ flushTimeoutMs: 5000 });
    const record = stream.ingestRecord(reading(1));
    const flushed = rejectionOf(stream.flush());
    service.advance(5000);
    expect((await flushed).code).toBe('FLUSH_TIMEOUT');
    expect(stream.stats.state).toBe('open');
    service.send(ack(0));
    expect(await record).toBe(0);
    await expectAsync(stream.flush()).toBeResolved();
  });

  it('empty_flush: at once', async () => {
    const service = new ScriptedService();
    const stream = await service.open();
    await expectAsync(stream.flush()).toBeResolved();
    expect(service.timerCount).toBe(0);
  });
});
