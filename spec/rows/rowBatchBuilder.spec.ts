import fc from 'fast-check';
import { isZerobusError } from '../../lib/errors/zerobusError.ts';
import { encodeRow } from '../../lib/rows/encodeRow.ts';
import { RowBatchBuilder } from '../../lib/rows/rowBatchBuilder.ts';
import { array, int, string } from '../../lib/table/columnBuilders.ts';
import { defineTable } from '../../lib/table/defineTable.ts';
import type { RowOf } from '../../lib/table/rowOf.ts';
import { type Batch, recordsOf } from '../../lib/wire/batch.ts';
import type { BatchLimits } from '../../lib/wire/batchBuilder.ts';
import { ProtoBatchBuilder } from '../../lib/wire/protoBatchBuilder.ts';
import { thrownBy } from '../support/thrownBy.ts';

const readings = defineTable('main.iot.readings', { device: string(), temp: int().notNull(), tags: array(string()) });
type Reading = RowOf<typeof readings>;
const noLimits: BatchLimits = { maxBatchRecords: Number.POSITIVE_INFINITY, maxBatchBytes: 100_000_000 };

function builder(limits: BatchLimits = noLimits): { rows: RowBatchBuilder<Reading>; batches: Batch[] } {
  const batches: Batch[] = [];
  return { rows: new RowBatchBuilder(readings, limits, (batch) => batches.push(batch)), batches };
}

const reading = fc.record({
  device: fc.oneof(
    fc.string({ maxLength: 300 }),
    fc.constantFrom(0, 117, 118, 119, 120, 121, 16_370, 16_380).map((length) => 'x'.repeat(length)),
  ),
  temp: fc.integer(),
});

describe('The open batch of rows', () => {
  it('has the records of a ProtoBatchBuilder with the same rows, and is sealed after the same rows', () => {
    const limits = fc.record({
      maxBatchRecords: fc.integer({ min: 1, max: 20 }),
      maxBatchBytes: fc.integer({ min: 1, max: 5000 }),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(reading, fc.boolean()), { maxLength: 60 }), limits, (records, each) => {
        const { rows, batches } = builder(each);
        const expected: Batch[] = [];
        const oracle = new ProtoBatchBuilder(each, (batch) => expected.push(batch));
        for (const [row, isEncoded] of records) {
          const bytes = encodeRow(readings, row);
          rows.add(isEncoded ? bytes : row);
          oracle.add(bytes);
          expect([rows.recordCount, rows.byteCount]).toEqual([oracle.recordCount, oracle.byteCount]);
        }
        rows.seal();
        oracle.seal();
        const seen = (batch: Batch) => [batch.recordCount, batch.offsetCount, batch.format, recordsOf(batch)];
        expect(batches.map(seen)).toEqual(expected.map(seen));
      }),
    );
  });

  it('stays intact if an accessor of a row uses the stream', () => {
    const { rows, batches } = builder();
    rows.add({ temp: 1 });
    const accessor = (act: () => void): Reading => ({
      device: 'x',
      get temp() {
        act();
        return 2;
      },
    });
    expect(thrownBy(() => rows.add(accessor(() => rows.add({ temp: 3 }))))).toEqual(
      jasmine.objectContaining({ code: 'INVALID_STATE' }),
    );
    rows.add(accessor(() => rows.seal()));
    expect([rows.recordCount, batches.length]).toEqual([2, 0]);
    rows.seal();
    const expected = [encodeRow(readings, { temp: 1 }), encodeRow(readings, { device: 'x', temp: 2 })];
    expect(batches.flatMap(recordsOf)).toEqual(expected);
  });

  it('is unchanged after a record is refused', () => {
    const { rows, batches } = builder();
    rows.add({ temp: 1 });
    const before = [rows.recordCount, rows.byteCount];
    const wrong = [
      { device: 'x'.repeat(20_000), temp: 'warm' },
      { temp: 1, tags: Array(10_000).fill('tag').concat(7) },
      { temp: 1, color: 'red' },
      null,
    ];
    for (const row of wrong) {
      expect(() => rows.add(row as never)).toThrow(jasmine.objectContaining({ code: 'INVALID_RECORD' }));
      expect([rows.recordCount, rows.byteCount]).toEqual(before);
    }
    for (const row of [{ temp: 1, device: 'x'.repeat(10_420_224) }, new Uint8Array(10_420_225)]) {
      expect(() => rows.add(row)).toThrow(jasmine.objectContaining({ code: 'RECORD_TOO_LARGE' }));
      expect([rows.recordCount, rows.byteCount]).toEqual(before);
    }
    rows.add({ temp: 2 });
    rows.seal();
    expect(batches.flatMap(recordsOf)).toEqual([encodeRow(readings, { temp: 1 }), encodeRow(readings, { temp: 2 })]);
  });

  it('names the offset of the invalid row, across batches', () => {
    const { rows } = builder({ ...noLimits, maxBatchRecords: 2 });
    for (let temp = 0; temp < 3; temp++) {
      rows.add({ temp });
    }
    const wrong = { temp: 3, tags: ['a', 7] } as never;
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(() => rows.add(wrong)).toThrowError('readings[3].tags[1]: expected string, got number.');
    }
    expect(() => rows.add({ temp: 1, device: 'x'.repeat(11_000_000) })).toThrowError(
      /^readings\[3\]: the record takes /,
    );
  });

  it('returns a row that is too large, if it was encoded to its end', () => {
    const { rows } = builder();
    const large = { temp: 1, device: 'x'.repeat(10_420_300) };
    const oversized = new Uint8Array(10_420_225).fill(7);
    const tags = { temp: 1, tags: Array(3000).fill('x'.repeat(10_000)) };
    const lengths = [large, oversized, tags].map((row) => {
      const error = thrownBy(() => rows.add(row));
      return isZerobusError(error) ? error.unacked.map(({ length }) => length) : error;
    });
    expect(lengths).toEqual([[10_420_307], [10_420_225], []]);
    const fitting = { temp: 1, device: 'x'.repeat(10_420_210), tags: ['1234567890'] };
    const error = thrownBy(() => rows.add(fitting));
    expect(isZerobusError(error) && error.unacked[0]?.length).toBe(10_420_229);
    expect(rows.recordCount).toBe(0);
  });

  it('does not depend on later changes to the row', () => {
    const { rows, batches } = builder();
    const row = { temp: 1, tags: ['a'] };
    rows.add(row);
    row.temp = 2;
    row.tags.push('b');
    rows.seal();
    expect(batches.flatMap(recordsOf)).toEqual([encodeRow(readings, { temp: 1, tags: ['a'] })]);
  });

  it('emits batches that later rows do not change', () => {
    const { rows, batches } = builder({ ...noLimits, maxBatchRecords: 1 });
    rows.add({ temp: 1 });
    rows.add({ temp: 2 });
    expect(batches.flatMap(recordsOf)).toEqual([encodeRow(readings, { temp: 1 }), encodeRow(readings, { temp: 2 })]);
  });

  it('supports two tables at once', () => {
    const other = defineTable('main.iot.others', { device: string() });
    const { rows, batches } = builder();
    const others: Batch[] = [];
    const otherRows = new RowBatchBuilder(other, noLimits, (batch) => others.push(batch));
    for (let temp = 0; temp < 3; temp++) {
      rows.add({ temp });
      otherRows.add({ device: `d${temp}` });
    }
    rows.seal();
    otherRows.seal();
    expect(batches.flatMap(recordsOf)).toEqual([0, 1, 2].map((temp) => encodeRow(readings, { temp })));
    expect(others.flatMap(recordsOf)).toEqual([0, 1, 2].map((temp) => encodeRow(other, { device: `d${temp}` })));
  });
});
