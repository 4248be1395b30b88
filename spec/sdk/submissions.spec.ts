import fc from 'fast-check';
import { NEVER } from 'rxjs';
import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { payloadForm } from '../../lib/sdk/payloadForm.ts';
import { PayloadBatch, Submissions } from '../../lib/sdk/submissions.ts';
import type { Payload } from '../../lib/sdk/toRecord.ts';
import { Ingestion } from '../../lib/stream/ingestion.ts';
import { resolveStreamOptions, type StreamOptions } from '../../lib/stream/streamOptions.ts';
import { streamTable, type ZerobusRecord } from '../../lib/stream/streamTable.ts';
import { isSettled } from '../support/promises.ts';
import { ScriptedService } from '../support/scriptedService.ts';
import { ack, created } from '../support/scriptedTransport.ts';

/** A real engine against a scripted service. */
function bench(options: StreamOptions): {
  readonly service: ScriptedService;
  readonly submissions: Submissions;
  readonly ingestion: Ingestion<ZerobusRecord>;
} {
  const service = new ScriptedService();
  const { tableName, creationRequest, makeBuilder } = streamTable('main.iot.readings', undefined);
  const ingestion = new Ingestion<ZerobusRecord>({
    tableName,
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
  let outcomes: string[];
  const accepted = (name: string) => (offset: number) => void outcomes.push(`${name} ${offset}`);
  const rejected = (name: string) => (error: unknown) => void outcomes.push(`${name} ${(error as ZerobusError).code}`);

  /** Submits as a stream does: at once if there is room, else in the queue. */
  function submit(submissions: Submissions, name: string, payload: Payload | PayloadBatch): void {
    try {
      const offset = submissions.add(payload);
      if (offset === undefined) {
        submissions.wait(payload, accepted(name), rejected(name));
      } else {
        accepted(name)(offset);
      }
    } catch (error) {
      rejected(name)(error);
    }
  }

  beforeEach(() => {
    outcomes = [];
  });

  it('accepts at once while there is room, and later submissions in their order', () => {
    const { submissions } = bench({ maxInflightRecords: 2 });
    submit(submissions, 'a', { n: 0 });
    submit(submissions, 'b', new PayloadBatch([{ n: 1 }, { n: 2 }]));
    submit(submissions, 'c', { n: 3 });
    submissions.waitForAll(accepted('all'), rejected('all'));
    submit(submissions, 'd', { n: 4 });
    expect([outcomes, submissions.waitingCount]).toEqual([['a 0', 'b 1'], 3]);
    submissions.drain();
    expect(submissions.waitingCount).toBe(3);
  });

  it('does not wait for all submissions if none waits, even without room', () => {
    const { submissions } = bench({ maxInflightRecords: 1 });
    submissions.waitForAll(accepted('first'), rejected('first'));
    submit(submissions, 'a', { n: 0 });
    submissions.waitForAll(accepted('second'), rejected('second'));
    expect(outcomes).toEqual(['first -1', 'a 0', 'second 0']);
  });

  it('rejects a payload that is not a record at once, even if it would have to wait, and uses no offset for it', () => {
    const { submissions } = bench({ maxInflightRecords: 1 });
    submit(submissions, 'a', { n: 0 });
    submit(submissions, 'bad', new Uint8Array(1));
    submit(submissions, 'bad batch', new PayloadBatch([{ n: 0 }, new Uint8Array(1)]));
    expect([outcomes, submissions.waitingCount]).toEqual([
      ['a 0', 'bad INVALID_RECORD', 'bad batch INVALID_RECORD'],
      0,
    ]);
  });

  it('names the record of a batch that cannot be sent, with room and without', async () => {
    const service = new ScriptedService();
    const stream = await service.open({ maxInflightRecords: 1 });
    const messageOf = (records: readonly unknown[]) =>
      stream.ingestRecordsOffset(records as object[]).then(
        () => 'accepted',
        ({ code, message }: ZerobusError) => `${code} ${message}`,
      );
    const refused = [
      [{ n: 0 }, { n: Number.NaN }],
      ['{}', '{}', '[]'],
      [{ n: 0 }, new Uint8Array(1)],
    ];
    const room = await Promise.all(refused.map(messageOf));
    expect(room[0]).toBe('INVALID_RECORD Record 1 of the batch: n: NaN has no JSON form.');
    expect(room[1]).toMatch(/^INVALID_RECORD Record 2 of the batch: The record must be the text of a JSON object/);
    expect(room[2]).toMatch(/^INVALID_RECORD Record 1 of the batch: /);
    await stream.ingestRecordOffset({ n: 0 });
    const waiting = refused.map(messageOf);
    // A text is only checked when it is accepted.
    service.advance();
    service.send(ack(0));
    expect(await Promise.all(waiting)).toEqual(room);
  });

  it('rejects a waiting record that turns out too large at its turn, and continues with the next one', async () => {
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

  it('rejects everything that waits, once', () => {
    const { submissions } = bench({ maxInflightRecords: 1 });
    for (const name of ['a', 'b', 'c']) {
      submit(submissions, name, {});
    }
    submissions.waitForAll(accepted('all'), rejected('all'));
    submissions.rejectAll(new ZerobusError('UNAVAILABLE', 'cut'));
    submissions.rejectAll(new ZerobusError('INTERNAL', 'again'));
    expect(outcomes).toEqual(['a 0', 'b UNAVAILABLE', 'c UNAVAILABLE', 'all UNAVAILABLE']);
  });

  it('assigns offsets in the order of the calls and stays within its bound, whatever is submitted and acknowledged', async () => {
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
            // A batch may start if there is room for one more record.
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
