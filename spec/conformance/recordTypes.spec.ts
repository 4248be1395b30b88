import { once } from 'node:events';
import duration from 'google-protobuf/google/protobuf/duration_pb.js';
import { rejectionOf } from '../support/promises.ts';
import { reading, readingBytes, readings, readingText, type SdkServer, startSdkServer } from '../support/sdkServer.ts';
import { READINGS_TABLE } from '../support/startServer.ts';

describe('Conformance, record type and schema', () => {
  let world: SdkServer;

  beforeEach(async () => {
    world = await startSdkServer();
  });
  afterEach(() => world.close());

  /** Expects that a refused record did not harm the stream: it still accepts valid ones. */
  async function expectUnharmed(
    stream: { ingestRecord(payload: object | Uint8Array): Promise<number> },
    good: object,
  ): Promise<void> {
    expect(await stream.ingestRecord(good)).toBe(0);
    expect(await world.storedTemps()).toEqual([7]);
  }

  it('json_record_ingestion: objects and text', async () => {
    const opened = world.server.activity.nextStream();
    const stream = await world.open({ recordType: 'JSON' });
    expect([await stream.ingestRecord(reading(1)), await stream.ingestRecord(readingText(2))]).toEqual([0, 1]);
    expect((await opened).recordType).toBe('JSON');
    expect(await world.storedTemps()).toEqual([1, 2]);
  });

  it('json_batch_ingestion: objects and text in one batch', async () => {
    const stream = await world.open();
    expect(await stream.ingestRecords([reading(1), readingText(2), reading(3)])).toBe(0);
    expect(await world.storedTemps()).toEqual([1, 2, 3]);
  });

  it('ingest_json_into_proto_stream_fails: text is refused by the client, and nothing is sent', async () => {
    const stream = await world.openProto();
    expect((await rejectionOf(stream.ingestRecord(readingText(1)))).code).toBe('INVALID_RECORD');
    expect((await rejectionOf(stream.ingestRecord(reading(1)))).code).toBe('INVALID_RECORD');
    await expectUnharmed(stream, readingBytes(7));
  });

  it('ingest_json_batch_into_proto_stream_fails: as a whole', async () => {
    const stream = await world.openProto();
    expect((await rejectionOf(stream.ingestRecords([readingBytes(1), readingText(2)]))).code).toBe('INVALID_RECORD');
    await expectUnharmed(stream, readingBytes(7));
  });

  it('ingest_proto_into_json_stream_fails: bytes are refused by the client, with a way out', async () => {
    const stream = await world.open();
    const error = await rejectionOf(stream.ingestRecord(readingBytes(1)));
    expect(error.code).toBe('INVALID_RECORD');
    expect(error.message).toContain('descriptor');
    await expectUnharmed(stream, reading(7));
  });

  it('ingest_proto_into_json_stream_fails: a google-protobuf message too, instead of sending its fields by number', async () => {
    const stream = await world.open();
    const message = new duration.Duration();
    message.setSeconds(7);
    expect((await rejectionOf(stream.ingestRecord(message))).code).toBe('INVALID_RECORD');
    await expectUnharmed(stream, reading(7));
  });

  it('ingest_proto_batch_into_json_stream_fails: as a whole', async () => {
    const stream = await world.open();
    expect((await rejectionOf(stream.ingestRecords([reading(1), readingBytes(2)]))).code).toBe('INVALID_RECORD');
    await expectUnharmed(stream, reading(7));
  });

  it('row_ingestion: rows of a table definition, alone and in batches, waiting or not', async () => {
    const stream = await world.open({ maxInflightRecords: 2 }, readings);
    const offsets: Promise<number | null>[] = [];
    const row = { device: 'd', temp: 0 };
    for (row.temp = 0; row.temp < 20; row.temp++) {
      offsets.push(stream.ingestRecord(row), stream.ingestRecords([row, readingBytes(100 + row.temp)]));
    }
    expect(await Promise.all(offsets)).toEqual(Array.from({ length: 40 }, (_, offset) => offset));
    const upTo = Array.from({ length: 20 }, (_, n) => n);
    expect(await world.storedTemps()).toEqual([...upTo.flatMap((n) => [n, n]), ...upTo.map((n) => 100 + n)]);
  });

  it('row_ingestion: an invalid row is refused with its path, and harms nothing', async () => {
    const stream = await world.open({}, readings);
    const error = await rejectionOf(stream.ingestRecords([reading(1), { device: 'd', temp: 'warm' }]));
    expect(error.code).toBe('INVALID_RECORD');
    expect(error.message).toContain('temp');
    await expectUnharmed(stream, reading(7));
  });

  it('proto_stream_creation_without_descriptor_fails: before anything is opened', async () => {
    const error = await rejectionOf(world.open({ recordType: 'PROTO' }));
    expect(error.code).toBe('INVALID_OPTIONS');
    expect(error.message).toContain('descriptorProto');
    const { streamsOpened, streamsRefused, tokensIssued } = world.server.activity.counters;
    expect([streamsOpened, streamsRefused, tokensIssued]).toEqual([0, 0, 0]);
  });

  it('json_stream_creation_with_descriptor_warns: and ignores it', async () => {
    const warned = once(process, 'warning');
    const opened = world.server.activity.nextStream();
    const stream = await world.open(
      { recordType: 'JSON' },
      { tableName: READINGS_TABLE, descriptorProto: readings.descriptor },
    );
    const [warning] = (await warned) as [NodeJS.ErrnoException];
    expect([warning.name, warning.code]).toEqual(['ZerobusWarning', 'DESCRIPTOR_IGNORED']);
    expect((await opened).recordType).toBe('JSON');
    expect(await stream.ingestRecord(reading(1))).toBe(0);
  });
});
