import fc from 'fast-check';
import { NEVER } from 'rxjs';
import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { payloadForm } from '../../lib/sdk/payloadForm.ts';
import { type SubmissionObserver, Submissions } from '../../lib/sdk/submissions.ts';
import { Ingestion } from '../../lib/stream/ingestion.ts';
import { resolveStreamOptions, type StreamOptions } from '../../lib/stream/streamOptions.ts';
import { streamTable, type ZerobusRecord } from '../../lib/stream/streamTable.ts';
import { isSettled } from '../support/promises.ts';
import { ScriptedService } from '../support/scriptedService.ts';
import { ack, created } from '../support/scriptedTransport.ts';

/** A real engine on a service that the spec plays. */
function bench(options: StreamOptions): {
  readonly service: ScriptedService;
  readonly submissions: Submissions;
  readonly ingestion: Ingestion<ZerobusRecord>;
} {
  const service = new ScriptedService();
  const { creationRequest, makeBuilder } = streamTable('main.iot.readings', undefined);
  const ingestion = new Ingestion<ZerobusRecord>({
    stream: resolveStreamOptions(service.options(options)),
    transport: service.transport,
    headers$: NEVER,
    invalidateHeaders: () => false,
    creationRequest,
    makeBuilder,
  });
  return { service, ingestion, submissions: new Submissions(ingestion, payloadForm('JSON', undefined)) };
}

describe('Submissions', () => {
  let told: string[];
  const observer = (name: string): SubmissionObserver => ({
    onAccepted: (offset) => void told.push(`${name} ${offset}`),
    onRefused: (error) => void told.push(`${name} ${(error as ZerobusError).code}`),
  });

  beforeEach(() => {
    told = [];
  });

  it('accepts at once while there is room, and what comes later in its order', () => {
    const { submissions } = bench({ maxInflightRecords: 2 });
    submissions.addRecord({ n: 0 }, observer('a'));
    submissions.addBatch([{ n: 1 }, { n: 2 }], observer('b'));
    submissions.addRecord({ n: 3 }, observer('c'));
    submissions.addBarrier(observer('barrier'));
    submissions.addRecord({ n: 4 }, observer('d'));
    expect([told, submissions.waitingCount]).toEqual([['a 0', 'b 1'], 3]);
    submissions.drain();
    expect(submissions.waitingCount).toBe(3);
  });

  it('lets a barrier pass where nothing is before it, also without room', () => {
    const { submissions } = bench({ maxInflightRecords: 1 });
    submissions.addBarrier(observer('first'));
    submissions.addRecord({ n: 0 }, observer('a'));
    submissions.addBarrier(observer('second'));
    expect(told).toEqual(['first -1', 'a 0', 'second 0']);
  });

  it('refuses what is no record at once, also where it would have to wait, and keeps its place free', () => {
    const { submissions } = bench({ maxInflightRecords: 1 });
    submissions.addRecord({ n: 0 }, observer('a'));
    submissions.addRecord(new Uint8Array(1), observer('bad'));
    submissions.addBatch([{ n: 0 }, new Uint8Array(1)], observer('bad batch'));
    expect([told, submissions.waitingCount]).toEqual([['a 0', 'bad INVALID_RECORD', 'bad batch INVALID_RECORD'], 0]);
  });

  it('refuses a waiting record that turns out too large when it is its turn, and goes on with the next', async () => {
    const service = new ScriptedService();
    const stream = await service.open({ maxInflightRecords: 1 });
    const offsets = [{ n: 0 }, 'x'.repeat(10_420_225), { n: 1 }].map((record) =>
      stream.ingestRecordOffset(record).catch(({ code }: ZerobusError) => code),
    );
    service.advance();
    expect(await isSettled(offsets[1] as Promise<unknown>)).toBeFalse();
    service.send(ack(0));
    expect(await Promise.all(offsets)).toEqual([0, 'RECORD_TOO_LARGE', 1]);
  });

  it('refuses all who wait, once', () => {
    const { submissions } = bench({ maxInflightRecords: 1 });
    for (const name of ['a', 'b', 'c']) {
      submissions.addRecord({}, observer(name));
    }
    submissions.addBarrier(observer('barrier'));
    submissions.refuseAll(new ZerobusError('UNAVAILABLE', 'cut'));
    submissions.refuseAll(new ZerobusError('INTERNAL', 'again'));
    expect(told).toEqual(['a 0', 'b UNAVAILABLE', 'c UNAVAILABLE', 'barrier UNAVAILABLE']);
  });

  it('gives offsets in the order of the calls and stays within its bound, whatever is submitted and acknowledged', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constant('record' as const) },
      { weight: 2, arbitrary: fc.constant('batch' as const) },
      { weight: 1, arbitrary: fc.constant('ack' as const) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 6 }),
        async (steps, maxInflightRecords) => {
          const service = new ScriptedService();
          const stream = await service.open({ maxInflightRecords, maxBatchRecords: 1 });
          const offsets: Promise<number | null>[] = [];
          const sent = (): number => service.seen.filter((line) => line.includes('batch')).length;
          for (const current of steps) {
            if (current === 'record') {
              offsets.push(stream.ingestRecord({}));
            } else if (current === 'batch') {
              offsets.push(stream.ingestRecords([{}, {}]));
            } else if (sent() > 0) {
              service.send(ack(sent() - 1));
            }
            service.advance();
            // A batch may begin where there is room for one record more.
            expect(stream.stats.inflightRecords).toBeLessThanOrEqual(maxInflightRecords + 1);
          }
          const closed = stream.close();
          while (stream.stats.durableOffset < offsets.length - 1) {
            service.send(ack(sent() - 1));
            service.advance();
          }
          service.end();
          await closed;
          expect(await Promise.all(offsets)).toEqual(offsets.map((_, offset) => offset));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('sends what fills the room without lingering', async () => {
    const service = new ScriptedService();
    const creation = service.create({ maxInflightRecords: 2, lingerMs: 60_000 });
    service.send(created());
    const stream = await creation;
    for (const n of [0, 1]) {
      void stream.ingestRecordOffset({ n });
    }
    service.advance();
    expect(service.seen).toHaveSize(1);
    void stream.ingestRecordOffset({ n: 2 });
    expect(service.seen.at(-1)).toBe('0 batch 0: {"n":0} {"n":1}');
  });
});
