import type { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { encodeRow } from '../../lib/rows/encodeRow.ts';
import { defineTable } from '../../lib/table/defineTable.ts';
import { JsonRecordBuilder } from '../../lib/wire/jsonRecordBuilder.ts';
import { thrownBy } from '../support/thrownBy.ts';

/** An array that says it has many elements, and has none. */
const sparse: readonly unknown[] = new Array(2 ** 32 - 1);
const builder = (): JsonRecordBuilder => new JsonRecordBuilder({ maxBatchRecords: 10, maxBatchBytes: 1000 }, () => {});

// Each of these took minutes or all memory before it was refused, so the spec only has to end.
describe('A record that would take too long to write', () => {
  it('is refused if an array has more elements than a record has room for', () => {
    for (const record of [{ x: sparse }, { deep: { x: [sparse] } }, { toJSON: () => ({ x: sparse }) }]) {
      const error = thrownBy(() => builder().add(record)) as ZerobusError;
      expect(error).toEqual(jasmine.objectContaining({ code: 'INVALID_RECORD' }));
      expect(error.message).toContain('an array of 4294967295 elements does not fit into a record');
    }
  });

  it('is refused if such an array is in a VARIANT', () => {
    const readings = defineTable('main.iot.readings', (t) => ({ any: t.variant() }));
    expect(() => encodeRow(readings, { any: { x: sparse as never } })).toThrowError(
      /^readings\.any\.x: an array of 4294967295 elements does not fit into a record/,
    );
  });

  it('is sent or refused if its text has a million places at which an object might end', () => {
    const braces = '}{'.repeat(1_000_000);
    expect(builder().add(`{"a":"${braces}"}`)).toBeTrue();
    expect(builder().add(`{"a":"${braces}`)).toBeTrue();
    expect(() => builder().add(`{"a":"${braces}"}{"b":1}`)).toThrowError(/more than one JSON object/);
  });
});
