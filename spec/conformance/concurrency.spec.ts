import { isSettled, nextTurn } from '../support/promises.ts';
import { ScriptedService } from '../support/scriptedService.ts';
import { ack } from '../support/scriptedTransport.ts';
import { reading, type SdkServer, startSdkServer } from '../support/sdkServer.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

describe('Conformance, concurrency', () => {
  let world: SdkServer;

  beforeEach(async () => {
    world = await startSdkServer();
  });
  afterEach(() => world.close());

  it('concurrent_ingest_from_multiple_tasks: unique offsets without gaps', async () => {
    const stream = await world.open({ maxInflightRecords: 100 });
    const task = async (first: number): Promise<number[]> => {
      const offsets: number[] = [];
      for (const n of upTo(200)) {
        offsets.push(await stream.ingestRecordOffset(reading(first + n)));
        if (n % 20 === 0) {
          await nextTurn();
        }
      }
      return offsets;
    };
    const offsets = (await Promise.all([0, 200, 400, 600].map(task))).flat();
    expect(offsets.sort((a, b) => a - b)).toEqual(upTo(800));
    await stream.flush();
    expect(await world.storedTemps()).toEqual(upTo(800));
  });

  it('ingest_blocks_on_inflight_limit: until an ack makes room', async () => {
    const service = new ScriptedService();
    const stream = await service.open({ maxInflightRecords: 1 });
    const [first, second] = [stream.ingestRecord(reading(1)), stream.ingestRecord(reading(2))];
    service.advance();
    expect(service.seen).toEqual(['0 create main.iot.readings', '0 batch 0: {"device":"d1","temp":1}']);
    expect([await isSettled(second), stream.stats.waitingForRoom]).toEqual([false, 1]);
    service.send(ack(0));
    service.advance();
    expect(service.seen.at(-1)).toBe('0 batch 1: {"device":"d2","temp":2}');
    service.send(ack(1));
    expect(await Promise.all([first, second])).toEqual([0, 1]);
  });

  it('ingest_records_blocks_on_inflight_limit: until an ack makes room', async () => {
    const service = new ScriptedService();
    const stream = await service.open({ maxInflightRecords: 2 });
    const first = await stream.ingestRecordsOffset([reading(1), reading(2), reading(3)]);
    const second = stream.ingestRecordsOffset([reading(4)]);
    expect([first, await isSettled(second), stream.stats.inflightRecords]).toEqual([0, false, 3]);
    service.send(ack(0));
    expect(await second).toBe(1);
  });

  it('ingest_blocks_on_inflight_limit: a waiting record is sent as it was submitted, even if the caller changes it', async () => {
    const service = new ScriptedService();
    const stream = await service.open({ maxInflightRecords: 1 });
    const record = { n: 1 };
    void stream.ingestRecordOffset(record);
    void stream.ingestRecordOffset(record);
    record.n = 2;
    service.advance();
    service.send(ack(0));
    service.advance();
    expect(service.seen.slice(1)).toEqual(['0 batch 0: {"n":1}', '0 batch 1: {"n":1}']);
  });

  it('flush_with_concurrent_ingestion: covers records that were queued before it, and no later ones', async () => {
    const service = new ScriptedService();
    const stream = await service.open({ maxInflightRecords: 2 });
    for (const n of [1, 2, 3]) {
      void stream.ingestRecordOffset(reading(n));
    }
    const flushed = stream.flush();
    const later = stream.ingestRecord(reading(4));
    service.advance();
    service.send(ack(0));
    service.advance();
    expect(await isSettled(flushed)).toBeFalse();
    service.send(ack(1));
    await flushed;
    expect([await isSettled(later), stream.stats.durableOffset]).toEqual([false, 2]);
  });

  it('close_with_concurrent_ingestion: earlier records become durable, later ones are refused', async () => {
    const stream = await world.open({ maxInflightRecords: 10 });
    const outcomes: string[] = [];
    const task = async (): Promise<void> => {
      for (;;) {
        try {
          outcomes.push(`offset ${await stream.ingestRecordOffset(reading(outcomes.length))}`);
        } catch (error) {
          outcomes.push((error as { code: string }).code);
          return;
        }
      }
    };
    const tasks = [task(), task()];
    await stream.acks$.forEach((offset) => {
      if (offset > 100) {
        void stream.close();
      }
    });
    await Promise.all(tasks);
    const refused = outcomes.filter((outcome) => outcome === 'STREAM_CLOSED');
    expect(refused).toHaveSize(2);
    expect((await world.storedTemps()).length).toBe(outcomes.length - refused.length);
  });

  it('concurrent_batch_ingestion: batches of all tasks are acknowledged', async () => {
    const stream = await world.open();
    const offsets = await Promise.all(
      upTo(20).map((task) => stream.ingestRecords(upTo(50).map((n) => reading(50 * task + n)))),
    );
    expect(offsets).toEqual(upTo(20));
    expect(await world.storedTemps()).toEqual(upTo(1000));
  });
});
