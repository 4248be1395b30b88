import fc from 'fast-check';
import { encodeRow } from '../../../lib/rows/encodeRow.ts';
import * as columns from '../../../lib/table/columnBuilders.ts';
import { defineTable } from '../../../lib/table/defineTable.ts';
import { decodeRow } from '../../../lib/testing/decoding/decodeRow.ts';
import { sampledTable } from '../../support/tableArbitrary.ts';

describe('decodeRow', () => {
  it('returns a row that is encoded to the same row again, for every table and row', () => {
    fc.assert(
      fc.property(sampledTable, ({ definition, rows }) => {
        for (const { input } of rows) {
          const row = decodeRow(definition.columns, encodeRow(definition, input));
          expect(decodeRow(definition.columns, encodeRow(definition, row))).toEqual(row);
        }
      }),
    );
  });

  it('returns the values that a row takes', () => {
    const row = {
      small: -1,
      large: -(2n ** 63n),
      ratio: 0.5,
      text: 'å',
      yes: false,
      bytes: new Uint8Array([0, 255]),
      day: new Date('1969-12-31'),
      at: new Date('2026-11-26T07:00:00.001Z'),
      exact: '-12.50',
      any: { a: [1, null] },
      tags: ['x', ''],
      byName: { a: 1 },
      byNumber: new Map([[7, 'seven']]),
      nested: { x: 1.5 },
    };
    const definition = defineTable('main.iot.readings', (t) => ({
      small: t.tinyint(),
      large: t.bigint(),
      ratio: t.float(),
      text: t.varchar(10),
      yes: t.boolean(),
      bytes: t.binary(),
      day: t.date(),
      at: t.timestamp(),
      exact: t.decimal(10, 2),
      any: t.variant(),
      tags: t.array(t.string()),
      byName: t.map(t.string(), t.int()),
      byNumber: t.map(t.int(), t.string()),
      nested: t.struct({ x: t.double() }),
    }));
    expect(decodeRow(definition.columns, encodeRow(definition, row))).toEqual(row);
  });

  it('keeps the microseconds of a time that has some, and omits what is NULL', () => {
    const definition = defineTable('main.iot.readings', () => ({ at: columns.timestamp(), none: columns.int() }));
    const bytes = encodeRow(definition, { at: 1001n, none: null });
    expect(decodeRow(definition.columns, bytes)).toEqual({ at: 1001n });
  });

  it('finds columns by the numbers that they were given', () => {
    const definition = defineTable('main.iot.readings', (t) => ({ a: t.int().numbered(7), b: t.int() }));
    expect(decodeRow(definition.columns, encodeRow(definition, { a: 1, b: 2 }))).toEqual({ a: 1, b: 2 });
  });

  it('refuses bytes that are no message', () => {
    expect(() => decodeRow([], new Uint8Array([0xff]))).toThrowError(RangeError);
  });
});
