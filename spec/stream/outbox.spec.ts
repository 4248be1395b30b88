import fc from 'fast-check';
import { Outbox } from '../../lib/stream/outbox.ts';
import { recordsOf } from '../../lib/wire/batch.ts';
import { JsonBatchBuilder } from '../../lib/wire/jsonBatchBuilder.ts';

/** Random steps, of every kind that can happen to an outbox. */
type Step =
  | { readonly kind: 'add'; readonly count: number }
  | { readonly kind: 'send'; readonly count: number }
  | { readonly kind: 'ack'; readonly share: number }
  | { readonly kind: 'reconnect' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('add' as const), count: fc.nat(20) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('send' as const), count: fc.nat(6) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('ack' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reconnect' as const) }) },
);

function makeOutbox(maxBatchRecords: number): Outbox<object | string> {
  return new Outbox({
    limits: { maxBatchRecords, maxBatchBytes: 1_000_000 },
    maxInflightRecords: 1_000_000,
    maxInflightBytes: 1_000_000_000,
    lingers: false,
    makeBuilder: (limits, onSealed) => new JsonBatchBuilder(limits, onSealed),
  });
}

describe('The outbox', () => {
  it('keeps every record in exactly one place and in order, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 7 }), (steps, maxBatchRecords) => {
        const outbox = makeOutbox(maxBatchRecords);
        let acceptedCount = 0;
        let durableCount = 0;
        /** The messages that the server received on this connection, each as a list of records. */
        let received: string[][] = [];
        let acknowledged = -1;
        for (const { kind, ...of } of steps) {
          if (kind === 'add' && 'count' in of) {
            for (let n = 0; n < of.count; n++) {
              outbox.add(String(acceptedCount++));
            }
          } else if (kind === 'send' && 'count' in of) {
            for (let n = 0; n < of.count; n++) {
              const next = outbox.takeNext();
              if (next === undefined) {
                break;
              }
              expect(next.physicalOffset).toBe(received.length);
              received.push(recordsOf(next.batch) as string[]);
            }
          } else if (kind === 'ack' && 'share' in of) {
            const physicalOffset = Math.floor(of.share * (received.length - 1));
            if (physicalOffset < 0 || received.length === 0) {
              continue;
            }
            const hasProgress = outbox.acknowledge(physicalOffset);
            expect(hasProgress).toBe(physicalOffset > acknowledged);
            for (; acknowledged < physicalOffset; acknowledged++) {
              durableCount += received[acknowledged + 1]?.length ?? 0;
            }
          } else {
            outbox.rewind();
            received = [];
            acknowledged = -1;
          }
          expect(outbox.durableOffset).toBe(durableCount - 1);
          expect(outbox.recordCount).toBe(acceptedCount - durableCount);
          expect(outbox.isIdle).toBe(acceptedCount === durableCount);
        }
        const expected = Array.from({ length: acceptedCount - durableCount }, (_, index) =>
          String(durableCount + index),
        );
        expect(outbox.unacked()).toEqual(expected);
        expect(outbox.recordCount).toBe(expected.length);
        // After a rewind, they are sent in the same order.
        outbox.rewind();
        const again: string[] = [];
        for (let next = outbox.takeNext(); next !== undefined; next = outbox.takeNext()) {
          again.push(...(recordsOf(next.batch) as string[]));
        }
        expect(again).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses an ack beyond what was sent on this connection, before anything becomes durable', () => {
    const outbox = makeOutbox(1);
    outbox.add('a');
    outbox.add('b');
    expect(() => outbox.acknowledge(0)).toThrow(jasmine.objectContaining({ code: 'PROTOCOL_ERROR' }));
    outbox.takeNext();
    for (const wrong of [1, -1, 0.5, Number.NaN]) {
      expect(() => outbox.acknowledge(wrong)).toThrow(jasmine.objectContaining({ code: 'PROTOCOL_ERROR' }));
    }
    expect([outbox.recordCount, outbox.durableOffset]).toEqual([2, -1]);
  });

  it('holds back an open batch that lingers, until it is released, full or closed', () => {
    const outbox = new Outbox<object | string>({
      limits: { maxBatchRecords: 3, maxBatchBytes: 1_000_000 },
      maxInflightRecords: 10,
      maxInflightBytes: 1000,
      lingers: true,
      makeBuilder: (limits, onSealed) => new JsonBatchBuilder(limits, onSealed),
    });
    const sent = (): number => outbox.takeNext()?.batch.recordCount ?? 0;
    outbox.add('a');
    expect(sent()).toBe(0);
    outbox.release();
    expect(sent()).toBe(1);
    outbox.add('b');
    expect(sent()).toBe(0);
    expect([outbox.add('c'), outbox.add('d'), sent()]).toEqual([false, true, 3]);
    outbox.add('e');
    outbox.close();
    expect(sent()).toBe(1);
  });

  it('measures its load in records and in bytes, whichever is higher', () => {
    const outbox = makeOutbox(10);
    expect([outbox.exceeds(0), outbox.reaches(0.001)]).toEqual([false, false]);
    const small = new Outbox<object | string>({
      limits: { maxBatchRecords: 10, maxBatchBytes: 1000 },
      maxInflightRecords: 4,
      maxInflightBytes: 12,
      lingers: false,
      makeBuilder: (limits, onSealed) => new JsonBatchBuilder(limits, onSealed),
    });
    small.add('1234');
    expect([small.reaches(0.5), small.exceeds(0.5), small.reaches(1)]).toEqual([true, false, false]);
    small.add('1234');
    expect([small.reaches(1), small.exceeds(1)]).toEqual([true, false]);
    small.add('');
    expect(small.exceeds(1)).toBeTrue();
  });
});
