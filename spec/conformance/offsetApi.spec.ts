import { isSettled, rejectionOf } from '../support/promises.ts';
import { ScriptedService } from '../support/scriptedService.ts';
import { ack } from '../support/scriptedTransport.ts';
import { reading, readingText, type SdkServer, startSdkServer } from '../support/sdkServer.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

describe('Conformance, the offset API', () => {
  let world: SdkServer;

  beforeEach(async () => {
    world = await startSdkServer();
  });
  afterEach(() => world.close());

  it('ingest_record_offset_single_record: resolves when the record is accepted; waitForOffset waits until it is durable', async () => {
    const stream = await world.openProto();
    const delayed = world.server.faults.dropAcks({ times: 1 });
    const offset = await stream.ingestRecordOffset({ serializeBinary: () => new Uint8Array([0x10, 5]) });
    expect([offset, stream.stats.durableOffset]).toEqual([0, -1]);
    delayed.clear();
    await stream.waitForOffset(offset);
    expect(await world.storedTemps()).toEqual([5]);
  });

  it('ingest_record_offset_multiple_records: waiting for the last one covers all', async () => {
    const stream = await world.open();
    const offsets: number[] = [];
    for (const n of upTo(1000)) {
      offsets.push(await stream.ingestRecordOffset(reading(n)));
    }
    expect(offsets).toEqual(upTo(1000));
    await stream.waitForOffset(999);
    expect(await world.storedTemps()).toEqual(upTo(1000));
  });

  it('ingest_records_offset_batch: one offset per batch', async () => {
    const stream = await world.open();
    const offsets = [
      await stream.ingestRecordsOffset([reading(0), reading(1)]),
      await stream.ingestRecordsOffset([reading(2), reading(3)]),
    ];
    expect(offsets).toEqual([0, 1]);
    await stream.waitForOffset(1);
    expect(await world.storedTemps()).toEqual(upTo(4));
  });

  it('error_during_wait_for_offset: the wait rejects with the error of the service, as later waits do, except for durable offsets', async () => {
    const stream = await world.open();
    await stream.ingestRecord(reading(1));
    world.server.faults.dropAcks();
    const wait = rejectionOf(stream.waitForOffset(await stream.ingestRecordOffset(reading(2))));
    world.server.faults.closeStreams({ code: 3, message: 'bad offset. Error Code: 4002' });
    expect((await wait).message).toBe('bad offset. Error Code: 4002');
    expect((await rejectionOf(stream.waitForOffset(1))).message).toBe('bad offset. Error Code: 4002');
    await expectAsync(stream.waitForOffset(0)).toBeResolved();
  });

  it('error_during_wait_for_offset: an unknown offset is INVALID_ARGUMENT', async () => {
    const stream = await world.open();
    for (const offset of [0, -1, 0.5, Number.NaN]) {
      expect((await rejectionOf(stream.waitForOffset(offset))).code).toBe('INVALID_ARGUMENT');
    }
    await stream.ingestRecord(reading(1));
    expect((await rejectionOf(stream.waitForOffset(1))).message).toContain('the last one is 0');
  });

  it('ingest_records_offset_empty_batch: null, and no offset used', async () => {
    const stream = await world.open();
    expect(await stream.ingestRecordsOffset([])).toBeNull();
    expect(await stream.ingestRecordOffset(reading(1))).toBe(0);
  });

  it('mixed_ingest_record_offset_and_ingest_record: both share one count', async () => {
    const stream = await world.open();
    expect(await stream.ingestRecordOffset(reading(0))).toBe(0);
    expect(await stream.ingestRecord(reading(1))).toBe(1);
    expect(await stream.ingestRecordOffset(reading(2))).toBe(2);
    await stream.flush();
    expect(stream.stats.durableOffset).toBe(2);
  });

  it('ingest_record_offset_with_json: objects and text', async () => {
    const stream = await world.open();
    await stream.ingestRecordOffset(reading(0));
    await stream.waitForOffset(await stream.ingestRecordOffset(readingText(1)));
    expect(await world.storedTemps()).toEqual([0, 1]);
  });

  it('ingest_records_offset_with_json_batch: objects and text', async () => {
    const stream = await world.open();
    const offset = await stream.ingestRecordsOffset([reading(0), readingText(1)]);
    await stream.waitForOffset(offset ?? -1);
    expect(await world.storedTemps()).toEqual([0, 1]);
  });

  it('ingest_record_offset_after_close_fails: while closing too', async () => {
    const stream = await world.open();
    const closed = stream.close();
    expect((await rejectionOf(stream.ingestRecordOffset(reading(1)))).code).toBe('STREAM_CLOSED');
    await closed;
    expect((await rejectionOf(stream.ingestRecordOffset(reading(1)))).code).toBe('STREAM_CLOSED');
  });

  it('ingest_records_offset_after_close_fails: while closing too', async () => {
    const stream = await world.open();
    const closed = stream.close();
    expect((await rejectionOf(stream.ingestRecordsOffset([reading(1)]))).code).toBe('STREAM_CLOSED');
    await closed;
    expect((await rejectionOf(stream.ingestRecordsOffset([reading(1)]))).code).toBe('STREAM_CLOSED');
  });

  it('ingest_record_offset_blocks_on_inflight_limit: accepted as soon as an ack makes room, in the order of the calls', async () => {
    const service = new ScriptedService();
    const stream = await service.open({ maxInflightRecords: 2 });
    const accepted: number[] = [];
    const waits = upTo(5).map((n) => stream.ingestRecordOffset({ n }).then((offset) => accepted.push(offset)));
    service.advance();
    expect(await isSettled(waits[2] as Promise<number>)).toBeFalse();
    expect(accepted).toEqual([0, 1]);
    service.send(ack(0));
    service.advance();
    expect(await isSettled(waits[4] as Promise<number>)).toBeFalse();
    expect(accepted).toEqual([0, 1, 2, 3]);
    service.send(ack(1));
    await Promise.all(waits);
    expect(accepted).toEqual(upTo(5));
  });
});
