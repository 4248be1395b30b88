import { runInNewContext, runInThisContext } from 'node:vm';
import { EMPTY } from 'rxjs';
import { encodeRow } from '../../lib/rows/encodeRow.ts';
import { RowBatchBuilder } from '../../lib/rows/rowBatchBuilder.ts';
import { resolveTarget } from '../../lib/sdk/tableProperties.ts';
import { type Payload, toRecord } from '../../lib/sdk/toRecord.ts';
import { streamTable } from '../../lib/stream/streamTable.ts';
import { array, binary, date, map, string, struct, timestamp, variant } from '../../lib/table/columnBuilders.ts';
import { defineTable } from '../../lib/table/defineTable.ts';
import { type Batch, recordsOf } from '../../lib/wire/batch.ts';
import { ProtoBatchBuilder } from '../../lib/wire/protoBatchBuilder.ts';
import { thrownBy } from '../support/thrownBy.ts';

const foreign = (code: string): never => runInNewContext(code) as never;
const table = defineTable('main.iot.readings', {
  at: timestamp(),
  day: date(),
  bytes: binary(),
  tags: array(string()),
  counts: map(string(), string()),
  place: struct({ lat: string() }),
  any: variant(),
});
const columns = [
  ['at', 'new Date(86400000)'],
  ['day', 'new Date(86400000)'],
  ['bytes', 'new Uint8Array([1, 2])'],
  ['tags', '["a", "b"]'],
  ['counts', 'new Map([["a", "b"]])'],
  ['counts', '({ a: "b" })'],
  ['place', '({ lat: "x" })'],
  ['any', '({ a: [1, new Date(0)] })'],
] as const;

describe('Rows of another realm', () => {
  for (const [column, code] of columns) {
    it(`have the same bytes: ${column}: ${code}`, () => {
      const own = encodeRow(table, { [column]: runInThisContext(code) as never });
      expect(own.length).toBeGreaterThan(0);
      expect(encodeRow(table, { [column]: foreign(code) })).toEqual(own);
      expect(encodeRow(table, foreign(`({ ${column}: ${code} })`))).toEqual(own);
    });
  }

  it('are refused if they are no rows, or hold values of the wrong kind', () => {
    for (const [code, problem] of [
      ['new Map([["at", 1]])', 'expected object, got a Map'],
      ['new Set()', 'expected object, got a Set'],
      ['new Date()', 'expected object, got an instance of Date'],
      ['Promise.resolve()', 'expected object, got a Promise. Use concatMap'],
      ['new (class Hidden { #a = 1 })()', 'expected object, got an instance of Hidden'],
      ['({ at: Promise.resolve(1) })', 'expected Date or microseconds, got a Promise. Use concatMap'],
      ['({ at: new Date(NaN) })', 'expected Date, got an invalid Date'],
      ['({ day: new Map() })', 'expected Date or days, got an object'],
      ['({ counts: new Set() })', 'expected Map or object, got a Set'],
      ['({ place: new Map() })', 'expected object, got a Map'],
      ['({ any: { b: [NaN] } })', 'NaN has no JSON form'],
      ['({ any: Promise.resolve(1) })', 'a Promise has no JSON form'],
    ] as const) {
      expect(thrownBy(() => encodeRow(table, foreign(code))))
        .withContext(code)
        .toEqual(jasmine.objectContaining({ code: 'INVALID_RECORD', message: jasmine.stringContaining(problem) }));
    }
  });

  it('name the way out for an Observable, even if a column is NOT NULL', () => {
    const strict = defineTable('main.iot.readings', { at: timestamp().notNull() });
    for (const row of [EMPTY, Promise.resolve({ at: 1 })]) {
      expect(() => encodeRow(strict, row as never)).toThrowError(/expected object, got an? \w+\. Use concatMap/);
    }
  });

  it('name the path in a VARIANT', () => {
    expect(() => encodeRow(table, { any: { a: [1, { b: Number.NaN }] } })).toThrowError(
      'readings.any.a[1].b: NaN has no JSON form.',
    );
  });
});

describe('Bytes of another realm', () => {
  const bytes = foreign('new Uint8Array([8, 1])') as Uint8Array;
  const limits = { maxBatchRecords: 10, maxBatchBytes: 1000 };

  it('are records of every PROTO stream', () => {
    const batches: Batch[] = [];
    const messages = new ProtoBatchBuilder(limits, (batch) => batches.push(batch));
    messages.add(bytes);
    messages.seal();
    const rows = new RowBatchBuilder(table, limits, (batch) => batches.push(batch));
    rows.add(bytes);
    rows.seal();
    expect(batches.flatMap(recordsOf)).toEqual([Uint8Array.of(8, 1), Uint8Array.of(8, 1)]);
    expect(toRecord(bytes, 'PROTO', false)).toBe(bytes);
    expect(toRecord({ encode: () => bytes } as Payload, 'PROTO', false)).toBe(bytes);
  });

  it('are taken in options', () => {
    const descriptor = foreign(`new Uint8Array([${[...table.descriptor].join()}])`) as Uint8Array;
    expect(streamTable('main.iot.readings', descriptor).format).toBe('PROTO');
    expect(resolveTarget({ tableName: 'main.iot.readings', descriptorProto: descriptor }, undefined).descriptor).toBe(
      descriptor,
    );
  });
});
