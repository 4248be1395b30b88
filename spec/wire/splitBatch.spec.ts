import fc from 'fast-check';
import { type Batch, batchBytes, HEADROOM_BYTES, offsetOfRecord, recordsOf } from '../../lib/wire/batch.ts';
import { JsonBatchBuilder } from '../../lib/wire/jsonBatchBuilder.ts';
import { splitBatch } from '../../lib/wire/splitBatch.ts';

const noLimits = { maxBatchRecords: Number.POSITIVE_INFINITY, maxBatchBytes: Number.POSITIVE_INFINITY };

/** A batch of texts, and of offsets without a record where there is `undefined`. */
function batchOf(texts: readonly (string | undefined)[]): Batch {
  let sealed: Batch | undefined;
  const builder = new JsonBatchBuilder(noLimits, (batch) => {
    sealed = batch;
  });
  const skipped: number[] = [];
  for (const [offset, text] of texts.entries()) {
    if (text === undefined) {
      skipped.push(offset);
    } else {
      builder.add(text);
    }
  }
  builder.seal();
  return { ...(sealed as Batch), offsetCount: texts.length, skipped };
}

/** The records of a batch by their offsets, counted from `first`. */
function byOffset(batch: Batch, first: number): (readonly [number, unknown])[] {
  return recordsOf(batch).map((record, index) => [first + offsetOfRecord(batch, index), record]);
}

describe('splitBatch', () => {
  it('keeps every record, its bytes and its offset', () => {
    const texts = fc.array(fc.option(fc.string({ maxLength: 300 }), { nil: undefined }), {
      minLength: 2,
      maxLength: 30,
    });
    fc.assert(
      fc.property(texts, fc.nat(), (given, pick) => {
        const records = given.filter((text) => text !== undefined);
        fc.pre(records.length >= 2);
        const batch = batchOf(given);
        expect(byOffset(batch, 0).map(([offset]) => offset)).toEqual(
          given.flatMap((text, offset) => (text === undefined ? [] : [offset])),
        );
        const count = 1 + (pick % (records.length - 1));
        const halves = splitBatch(batch, count);
        const [front, back] = halves;
        expect([front.recordCount, back.recordCount]).toEqual([count, records.length - count]);
        expect(front.offsetCount + back.offsetCount).toBe(given.length);
        expect([...byOffset(front, 0), ...byOffset(back, front.offsetCount)]).toEqual(byOffset(batch, 0));
        expect(batchBytes(front) + batchBytes(back)).toBe(batchBytes(batch));
        // The rest of the headroom is written for each connection.
        expect(Buffer.concat(halves.map(({ buffer }) => buffer.subarray(HEADROOM_BYTES)))).toEqual(
          batch.buffer.subarray(HEADROOM_BYTES),
        );
      }),
    );
  });
});
