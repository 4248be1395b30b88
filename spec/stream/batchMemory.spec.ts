import fc from 'fast-check';
import { encodeRow } from '../../lib/rows/encodeRow.ts';
import { RowBatchBuilder } from '../../lib/rows/rowBatchBuilder.ts';
import { Outbox } from '../../lib/stream/outbox.ts';
import type { MakeBuilder } from '../../lib/stream/sealTogether.ts';
import { string } from '../../lib/table/columnBuilders.ts';
import { defineTable } from '../../lib/table/defineTable.ts';
import { type Batch, recordsOf } from '../../lib/wire/batch.ts';
import { JsonBatchBuilder } from '../../lib/wire/jsonBatchBuilder.ts';
import { ProtoBatchBuilder } from '../../lib/wire/protoBatchBuilder.ts';

const limits = { maxBatchRecords: 1000, maxBatchBytes: 16_384 };
const readings = defineTable('main.iot.readings', { body: string() });

/** A record, and the payload that is handed back for it. */
interface Form {
  readonly makeBuilder: MakeBuilder<unknown>;
  readonly record: (body: string) => unknown;
  readonly sent: (body: string) => string | Uint8Array;
}

const forms: Readonly<Record<string, Form>> = {
  'JSON text': {
    makeBuilder: (of, onSealed) => new JsonBatchBuilder(of, onSealed) as never,
    record: (body) => JSON.stringify({ body }),
    sent: (body) => JSON.stringify({ body }),
  },
  objects: {
    makeBuilder: (of, onSealed) => new JsonBatchBuilder(of, onSealed) as never,
    record: (body) => ({ body }),
    sent: (body) => JSON.stringify({ body }),
  },
  bytes: {
    makeBuilder: (of, onSealed) => new ProtoBatchBuilder(of, onSealed) as never,
    record: (body) => new TextEncoder().encode(body),
    sent: (body) => new TextEncoder().encode(body),
  },
  rows: {
    makeBuilder: (of, onSealed) => new RowBatchBuilder(readings, of, onSealed) as never,
    record: (body) => ({ body }),
    sent: (body) => encodeRow(readings, { body }),
  },
};

function outboxOf(makeBuilder: MakeBuilder<unknown>): Outbox<unknown> {
  return new Outbox({ limits, maxInflightRecords: 1e6, maxInflightBytes: 1e9, lingers: false, makeBuilder });
}

/** Different records of about 2 KB. */
const bodyOf = (n: number): string => `${n}\n`.padEnd(1500 + ((n * 37) % 1000), String.fromCharCode(0x61 + (n % 26)));

describe('The memory of a batch', () => {
  for (const [name, { makeBuilder, record, sent }] of Object.entries(forms)) {
    it(`is used again once it is durable, and never before (${name})`, () => {
      let reuseCount = 0;
      fc.assert(
        fc.property(fc.array(fc.tuple(fc.nat(60), fc.nat(8), fc.nat(8), fc.nat(9)), { maxLength: 20 }), (rounds) => {
          const outbox = outboxOf(makeBuilder);
          const seen = new Set<ArrayBufferLike>();
          let acceptedCount = 0;
          let durableCount = 0;
          let onTheirWay: Batch[] = [];
          let acknowledged = -1;
          for (const [adds, sends, acks, chance] of rounds) {
            for (let n = 0; n < adds; n++) {
              outbox.add(record(bodyOf(acceptedCount++)));
            }
            for (let n = 0; n < sends; n++) {
              const batch = outbox.takeNext()?.batch;
              if (batch === undefined) {
                break;
              }
              onTheirWay.push(batch);
              if (seen.has(batch.buffer.buffer)) {
                reuseCount++;
              }
              seen.add(batch.buffer.buffer);
            }
            if (chance === 0) {
              outbox.rewind();
              onTheirWay = [];
              acknowledged = -1;
            } else if (onTheirWay.length > 0 && acks > 0) {
              const durable = onTheirWay.splice(0, acks);
              acknowledged += durable.length;
              durableCount += durable.reduce((sum, { recordCount }) => sum + recordCount, 0);
              outbox.acknowledge(acknowledged);
            }
            const expected = onTheirWay.reduce((sum, { recordCount }) => sum + recordCount, 0);
            expect(onTheirWay.flatMap(recordsOf)).toEqual(
              Array.from({ length: expected }, (_, n) => sent(bodyOf(durableCount + n))),
            );
          }
          expect(outbox.unacked()).toEqual(
            Array.from({ length: acceptedCount - durableCount }, (_, n) => sent(bodyOf(durableCount + n))),
          );
        }),
        { numRuns: 20 },
      );
      expect(reuseCount).toBeGreaterThan(0);
    });

    it(`is left alone if the batch was taken over from another stream (${name})`, () => {
      const first = outboxOf(makeBuilder);
      const bodies = Array.from({ length: 20 }, (_, n) => bodyOf(n));
      for (const body of bodies) {
        first.add(record(body));
      }
      const second = outboxOf(makeBuilder);
      const batches = first.unackedBatches();
      for (const batch of batches) {
        second.append(batch);
      }
      for (let next = second.takeNext(); next !== undefined; next = second.takeNext()) {
        second.acknowledge(next.physicalOffset);
      }
      for (let n = 0; n < 50; n++) {
        second.add(record(bodyOf(1000 + n)));
      }
      expect(batches.flatMap(recordsOf)).toEqual(bodies.map(sent));
    });
  }
});
