import fc from 'fast-check';
import { JsonRecordReader } from '../../../lib/records/json/jsonRecordReader.ts';
import { RescuingRecordReader } from '../../../lib/records/json/rescuingRecordReader.ts';
import { RecordError } from '../../../lib/records/recordError.ts';
import type { DeltaColumn } from '../../../lib/schema/deltaType.ts';
import { parseCreateTable } from '../../../lib/schema/parseCreateTable.ts';
import { columnRules } from '../../support/columnRules.ts';
import { orRefusal } from '../../support/orRefusal.ts';
import { jsonSpans } from '../../support/recordSpansOf.ts';

const rescue: DeltaColumn = {
  name: '_rest',
  type: { kind: 'variant' },
  nullable: true,
  tags: { 'zerobus-rescue': '' },
};

function columnsOf(columns: string): readonly DeltaColumn[] {
  return parseCreateTable(`CREATE TABLE a.b.c (${columns})`).columns;
}

function read(columns: readonly DeltaColumn[], ...records: readonly string[]): string {
  return new RescuingRecordReader([...columns, rescue], rescue).toRowLines(jsonSpans(records)).toString();
}

/** The row lines, or the causes and the message of the error. */
function linesOf(columns: string, ...records: readonly string[]): string | readonly string[] {
  return orRefusal(() =>
    read(columnsOf(columns), ...records)
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  );
}

describe('RescuingRecordReader', () => {
  const columns = 'n BIGINT NOT NULL, t INT, s STRUCT<x: INT NOT NULL, y: STRING>, l ARRAY<INT>, v VARIANT';

  it('keeps records that fit as they are', () => {
    const records = ['{"n":1}', '{"t":null,"n":9223372036854775807,"s":{"x":1},"v":"{\\"a\\":1}"}'];
    expect(linesOf(columns, ...records)).toEqual(records);
  });

  for (const [what, record, row, rest] of [
    ['an unknown field', '{"n":1,"x":2.50}', '{"n":1', '{"x":2.50}'],
    [
      'unknown fields with null, text and objects',
      '{"a":null,"n":1,"b":"ü\\n","c":{"d":[]}}',
      '{"n":1',
      '{"a":null,"b":"ü\\n","c":{"d":[]}}',
    ],
    ['a name in another case', '{"n":1,"T":1}', '{"n":1', '{"T":1}'],
    ['a value of another type', '{"t":"x","n":1}', '{"n":1', '{"t":"x"}'],
    ['a value that is out of range', '{"n":1,"t":2147483648}', '{"n":1', '{"t":2147483648}'],
    ['every digit', '{"n":1,"t":12345678901234567890.123}', '{"n":1', '{"t":12345678901234567890.123}'],
    ['a struct with an unknown field, as a whole', '{"n":1,"s":{"x":1,"z":2}}', '{"n":1', '{"s":{"x":1,"z":2}}'],
    ['a struct with a value that does not fit', '{"n":1,"s":{"x":"1"},"t":2}', '{"n":1,"t":2', '{"s":{"x":"1"}}'],
    ['an array with a value that does not fit', '{"n":1,"l":[1,"2"]}', '{"n":1', '{"l":[1,"2"]}'],
    ['a VARIANT that is not JSON text', '{"n":1,"v":{"a":1}}', '{"n":1', '{"v":{"a":1}}'],
    ['newlines between its tokens', '{\n"n":1,\n"x":[\n1\n]\n}', '{"n":1', '{"x":[ 1 ]}'],
    ['escapes in its keys', '{"n":1,"\\u0078\\"":2}', '{"n":1', '{"\\u0078\\"":2}'],
  ] as const) {
    it(`rescues a record with ${what}`, () => {
      expect(linesOf(columns, record)).toEqual([`${row},"_rest":${JSON.stringify(rest)}}`]);
    });
  }

  it('rescues only the records of a batch that do not fit, in order', () => {
    expect(linesOf(columns, '{"n":1}', '{"n":2,"x":1}', '{\n"n":3}', '{"n":4,"t":[]}')).toEqual([
      '{"n":1}',
      '{"n":2,"_rest":"{\\"x\\":1}"}',
      '{ "n":3}',
      '{"n":4,"_rest":"{\\"t\\":[]}"}',
    ]);
  });

  for (const [what, record, message] of [
    ['a NOT NULL column that is missing', '{"x":1}', 'MISSING_REQUIRED_COLUMN records[0].n: is NOT NULL'],
    [
      'a NOT NULL column in another case',
      '{"N":1}',
      'MISSING_REQUIRED_COLUMN records[0].n: is NOT NULL in the table, but missing or null in the record, which has "N"',
    ],
    ['a NOT NULL column that is null', '{"n":null,"x":1}', 'MISSING_REQUIRED_COLUMN records[0].n: is NOT NULL'],
    ['a NOT NULL column of another type', '{"x":1,"n":"1"}', 'TYPE_INCOMPATIBLE records[0].n: expected BIGINT'],
    ['a NOT NULL field that is missing', '{"n":1,"s":{}}', 'MISSING_REQUIRED_COLUMN records[0].s.x: is NOT NULL'],
    ['the rescue column', '{"n":1,"_rest":"{}"}', 'TYPE_INCOMPATIBLE records[0]._rest: is the rescue column'],
    ['the rescue column as null', '{"n":1,"_REST":null}', 'TYPE_INCOMPATIBLE records[0]._REST: is the rescue column'],
    ['a key that appears twice', '{"n":1,"x":1,"x":2}', 'TYPE_INCOMPATIBLE records[0]: the key "x" appears twice'],
    [
      'a key that appears twice inside',
      '{"n":1,"x":{"a":1,"a":2}}',
      "TYPE_INCOMPATIBLE records[0].x: can't be rescued: ",
    ],
    ['a number that a VARIANT can not hold', '{"n":1,"x":1e999}', "TYPE_INCOMPATIBLE records[0].x: can't be rescued: "],
    ['half a surrogate pair', '{"n":1,"x":"\\ud800"}', "TYPE_INCOMPATIBLE records[0].x: can't be rescued: "],
    ['text that is not JSON', '{"n":1,"x":}', ' records[0]: not valid JSON'],
    ['a list', '[1]', 'TYPE_INCOMPATIBLE records[0]: '],
  ] as const) {
    it(`refuses a record with ${what}, and the whole batch`, () => {
      expect(linesOf(columns, record)).toMatch(new RegExp(`^${message.replaceAll(/[[\].]/g, '\\$&')}`));
      expect(linesOf(columns, '{"n":1,"x":2}', record)).toMatch(/records\[1\]/);
    });
  }

  it('refuses bytes that are not UTF-8, in records that fit and in others', () => {
    for (const damaged of ['{"n":1,"v":"x"}', '{"n":1,"z":"x"}']) {
      const spans = jsonSpans(['{"n":1,"x":1}', damaged]);
      spans.bytes[spans.end(1) - 3] = 0xff;
      expect(() => new RescuingRecordReader([...columnsOf(columns), rescue], rescue).toRowLines(spans)).toThrowError(
        RecordError,
        'records[1]: not valid UTF-8',
      );
    }
  });

  it('makes rows that with what is rescued equal the record', () => {
    const types = Object.keys(columnRules);
    const table = types.map((type, index) => columnsOf(`c${index} ${type}`)[0] as DeltaColumn);
    const plain = new JsonRecordReader([...table, rescue]);
    const read = new RescuingRecordReader([...table, rescue], rescue);
    const known = fc.integer({ min: 0, max: types.length - 1 }).chain((index) => {
      const { good, bad } = columnRules[types[index] as string] as { good: readonly string[]; bad: readonly string[] };
      const value = fc.oneof(fc.constantFrom(...good, ...bad), fc.json());
      return fc.tuple(fc.constant(`c${index}`), value);
    });
    const unknown = fc.tuple(fc.string({ unit: 'binary' }), fc.json());
    const record = fc
      .uniqueArray(fc.oneof(known, unknown), { selector: ([key]) => key, maxLength: 8 })
      .map((fields) => fields.map(([key, value]) => [key, `${JSON.stringify(key)}:${value}`] as const));
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 4 }), (records) => {
        const texts = records.map((fields) => `{${fields.map(([, text]) => text).join(',')}}`);
        let lines: readonly string[];
        try {
          lines = read.toRowLines(jsonSpans(texts)).toString().trimEnd().split('\n');
        } catch (error) {
          if (!(error instanceof RecordError)) {
            throw error;
          }
          expect(error.message).toMatch(/can't be rescued|appears twice|is NOT NULL/);
          return;
        }
        expect(lines.length).toBe(records.length);
        lines.forEach((line, index) => {
          const { _rest: rest, ...row } = JSON.parse(line) as Record<string, unknown>;
          const rescued = JSON.parse((rest as string | undefined) ?? '{}') as Record<string, unknown>;
          expect({ ...row, ...rescued }).toEqual(JSON.parse(texts[index] as string) as Record<string, unknown>);
          // The row fits the table, and exactly the fields were rescued that do not fit.
          plain.toRowLines(jsonSpans([line]));
          for (const [key, text] of records[index] ?? []) {
            expect(Object.hasOwn(rescued, key)).toBe(!fits(plain, `{${text}}`));
          }
        });
      }),
      { numRuns: 300 },
    );
  });
});

function fits(reader: JsonRecordReader, record: string): boolean {
  try {
    reader.toRowLines(jsonSpans([record]));
    return true;
  } catch {
    return false;
  }
}
