import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { SchedulerLike } from 'rxjs';
import { BatchTelemetry } from '../../lib/stream/batchTelemetry.ts';
import { Ledger } from '../../lib/stream/ledger.ts';
import type { BatchMessage } from '../../lib/telemetry/batchChannel.ts';
import { type Batch, HEADROOM_BYTES } from '../../lib/wire/batch.ts';

const stream = {
  id: 1,
  table: 'main.spec.batchTelemetry',
  serverAddress: undefined,
  serverPort: undefined,
  number: undefined,
  inflightRecords: 0,
  inflightBytes: 0,
};

const batchOf = (recordCount: number): Batch => ({
  buffer: Buffer.alloc(HEADROOM_BYTES + 10 * recordCount),
  format: 'JSON',
  recordCount,
  offsetCount: recordCount,
});

describe('BatchTelemetry', () => {
  let now: number;
  let readings: number;
  let telemetry: BatchTelemetry;
  let ledger: Ledger;
  let messages: BatchMessage[];
  const listener = (message: unknown): void => {
    if ((message as BatchMessage).stream === stream) {
      messages.push(structuredClone(message) as BatchMessage);
    }
  };

  beforeEach(() => {
    now = 0;
    readings = 0;
    messages = [];
    const scheduler = {
      now: () => {
        readings++;
        return now;
      },
    } as SchedulerLike;
    telemetry = new BatchTelemetry(stream, scheduler);
    ledger = new Ledger(() => undefined, telemetry);
  });
  afterEach(() => unsubscribe('rxjs-zerobus:batch', listener));

  it('reads no clock, keeps nothing and changes no batch without a subscriber', () => {
    const batch = batchOf(3);
    ledger.append(batch);
    expect(telemetry.knownCount).toBe(0);
    expect(ledger.takeNext()?.batch).toBe(batch);
    ledger.skip();
    ledger.rewind();
    ledger.takeNext();
    ledger.acknowledge(0);
    telemetry.end(undefined);
    expect(readings).toBe(0);
    expect(Object.keys(batch)).toEqual(['buffer', 'format', 'recordCount', 'offsetCount']);
  });

  it('publishes nothing about batches from before the subscription', () => {
    ledger.append(batchOf(3));
    subscribe('rxjs-zerobus:batch', listener);
    ledger.append(batchOf(2));
    ledger.takeNext();
    ledger.takeNext();
    ledger.acknowledge(1);
    expect(messages.map(({ kind, batch }) => `${kind} ${batch.records}`)).toEqual(['sealed 2', 'sent 2', 'durable 2']);
    expect(telemetry.knownCount).toBe(0);
  });

  it('forgets what becomes durable after the last subscriber has left', () => {
    subscribe('rxjs-zerobus:batch', listener);
    ledger.append(batchOf(3));
    unsubscribe('rxjs-zerobus:batch', listener);
    ledger.append(batchOf(2));
    expect(telemetry.knownCount).toBe(1);
    ledger.takeNext();
    ledger.acknowledge(0);
    expect(telemetry.knownCount).toBe(0);
  });

  it('times a batch by the clock of the stream, since it was sealed and since it was sent last', () => {
    subscribe('rxjs-zerobus:batch', listener);
    now = 1000;
    ledger.append(batchOf(3));
    now = 1010;
    ledger.takeNext();
    now = 1050;
    ledger.rewind();
    ledger.takeNext();
    now = 1075;
    ledger.acknowledge(0);
    expect(messages.at(-1)).toEqual({
      kind: 'durable',
      stream,
      batch: { id: 1, records: 3, bytes: 30, isWhole: false, attempts: 2 },
      durationMs: 75,
      ackMs: 25,
    });
  });

  it('follows a batch that gets an offset without a record, and one that loses records', () => {
    subscribe('rxjs-zerobus:batch', listener);
    ledger.append(splittable(8));
    ledger.skip();
    ledger.dropOldest({ records: 3, bytes: 0 });
    ledger.takeNext();
    ledger.acknowledge(0);
    expect(messages.map(({ kind, batch }) => [kind, batch.id, batch.records])).toEqual([
      ['sealed', 1, 8],
      ['dropped', 1, 5],
      ['sent', 1, 5],
      ['durable', 1, 5],
    ]);
    expect(messages[1]).toEqual(jasmine.objectContaining({ records: 3 }));
  });

  it('says why a batch was split or rejected, and gives the halves its times', () => {
    subscribe('rxjs-zerobus:batch', listener);
    ledger.append(splittable(2));
    for (let refusals = 0; refusals < 2; refusals++) {
      now += 10;
      ledger.rewind();
      ledger.takeNext();
      telemetry.onRefusal('INVALID_RECORD');
      ledger.refuse();
    }
    const [split, , rejected] = messages.slice(2);
    expect(split).toEqual(
      jasmine.objectContaining({
        kind: 'split',
        errorCode: 'INVALID_RECORD',
        parts: [2, 3].map((id) => ({ id, records: 1, bytes: 3, isWhole: false, attempts: 1 })),
      }),
    );
    expect(rejected).toEqual(
      jasmine.objectContaining({ kind: 'rejected', errorCode: 'INVALID_RECORD', durationMs: 20 }),
    );
  });

  it('publishes what is left when the stream ends, and nothing afterwards', () => {
    subscribe('rxjs-zerobus:batch', listener);
    ledger.append(batchOf(3));
    now = 5;
    telemetry.end('UNAVAILABLE');
    ledger.append(batchOf(4));
    ledger.takeNext();
    expect(messages.slice(1)).toEqual([
      jasmine.objectContaining({ kind: 'abandoned', errorCode: 'UNAVAILABLE', durationMs: 5 }),
    ]);
  });

  it('publishes no batch that is left twice, even if a subscriber drops some of it', () => {
    subscribe('rxjs-zerobus:batch', listener);
    const drop = (message: unknown): void => {
      if ((message as BatchMessage).kind === 'abandoned') {
        ledger.dropOldest({ records: 1, bytes: 0 });
      }
    };
    subscribe('rxjs-zerobus:batch', drop);
    ledger.append(splittable(8));
    telemetry.end(undefined);
    unsubscribe('rxjs-zerobus:batch', drop);
    expect(messages.map(({ kind }) => kind)).toEqual(['sealed', 'abandoned']);
  });
});

/** A batch of records of one byte each, which can be split. */
function splittable(recordCount: number): Batch {
  const buffer = Buffer.alloc(HEADROOM_BYTES + 3 * recordCount);
  for (let at = HEADROOM_BYTES; at < buffer.length; at += 3) {
    buffer.set([0x0a, 1, 0x31], at);
  }
  return { buffer, format: 'JSON', recordCount, offsetCount: recordCount };
}
