import fc from 'fast-check';
import { JsonRecordReader } from '../../../lib/records/json/jsonRecordReader.ts';
import { RecordError } from '../../../lib/records/recordError.ts';
import { parseCreateTable } from '../../../lib/schema/parseCreateTable.ts';
import { columnRules } from '../../support/columnRules.ts';
import { orRefusal } from '../../support/orRefusal.ts';
import { jsonSpans } from '../../support/recordSpansOf.ts';

function readerFor(columns: string): JsonRecordReader {
  return new JsonRecordReader(parseCreateTable(`CREATE TABLE a.b.c (${columns})`).columns);
}

/** Returns 'ok', or the causes and the message of the error. */
function verdict(columns: string, ...records: string[]): string {
  return orRefusal(() => {
    readerFor(columns).toRowLines(jsonSpans(records));
    return 'ok';
  });
}

function accepts(type: string, value: string): boolean {
  return verdict(`a ${type}`, `{"a":${value}}`) === 'ok';
}

describe('JsonRecordReader', () => {
  for (const [type, { good, bad }] of Object.entries(columnRules)) {
    it(`takes the valid values of ${type}, and no others`, () => {
      expect(good.filter((value) => !accepts(type, value))).toEqual([]);
      expect(bad.filter((value) => accepts(type, value))).toEqual([]);
    });
  }

  for (const [what, columns, record, expected] of [
    [
      'an element of an array',
      'tags ARRAY<STRING>',
      '{"tags":["a",1]}',
      'TYPE_INCOMPATIBLE records[0].tags[1]: expected STRING, got number',
    ],
    [
      'a value in a map in a struct in an array',
      'a ARRAY<STRUCT<m: MAP<STRING, INT>>>',
      '{"a":[{"m":{}},{"m":{"k":1,"l":true}}]}',
      'TYPE_INCOMPATIBLE records[0].a[1].m["l"]: expected INT, got boolean',
    ],
    [
      'an unknown column',
      'Temp INT',
      '{"temp":1}',
      'FIELD_NOT_IN_TABLE records[0]: the table has no column "temp"; did you mean "Temp"? Case matters in names',
    ],
    [
      'an unknown field of a struct',
      's STRUCT<x: INT>',
      '{"s":{"y":1}}',
      'FIELD_NOT_IN_TABLE records[0].s: the table has no column "y"',
    ],
    [
      'a field of a struct in another case',
      'a ARRAY<STRUCT<deviceId: INT>>',
      '{"a":[{"DeviceID":1}]}',
      'FIELD_NOT_IN_TABLE records[0].a[0]: the table has no column "DeviceID"; did you mean "deviceId"? Case matters in names',
    ],
    [
      'a column with other separators',
      'device_id INT, x INT',
      '{"deviceId":1}',
      'FIELD_NOT_IN_TABLE records[0]: the table has no column "deviceId"; did you mean "device_id"? Names must be the same',
    ],
    [
      'a NOT NULL column that is null',
      'a INT, b INT NOT NULL',
      '{"b":null}',
      'MISSING_REQUIRED_COLUMN records[0].b: is NOT NULL in the table, but missing or null in the record',
    ],
    [
      'a NOT NULL field in a list',
      'a ARRAY<STRUCT<x: INT NOT NULL>>',
      '{"a":[{"x":1},{}]}',
      'MISSING_REQUIRED_COLUMN records[0].a[1].x: is NOT NULL in the table, but missing or null in the record',
    ],
    [
      'a key that appears twice',
      'a INT',
      '{"a":1,"a":2}',
      'TYPE_INCOMPATIBLE records[0]: the key "a" appears twice, so its value is ambiguous',
    ],
    ['a record that is a list', 'a INT', '[]', 'TYPE_INCOMPATIBLE records[0]: expected STRUCT as an object, got array'],
    [
      'half a surrogate pair',
      'a STRING',
      '{"a":"\\ud800"}',
      'TYPE_INCOMPATIBLE records[0].a: a string contains half a surrogate pair, which has no UTF-8 form',
    ],
  ] as const) {
    it(`names the place of ${what}`, () => {
      expect(verdict(columns, record)).toBe(expected);
    });
  }

  for (const [type, value, expected] of [
    ['TIMESTAMP', '"2024-01-01"', 'expected TIMESTAMP as integer microseconds since 1970-01-01, got string'],
    ['TIMESTAMP_NTZ', 'true', 'expected TIMESTAMP_NTZ as integer microseconds since 1970-01-01, got boolean'],
    ['TIMESTAMP', '1.5', 'expected TIMESTAMP as integer microseconds since 1970-01-01, got 1.5'],
    [
      'TIMESTAMP',
      '1700000000000000000',
      '1700000000000000000 is out of the range of TIMESTAMP (microseconds since 1970-01-01, years 1 to 9999)',
    ],
    ['DATE', '"2024-01-01"', 'expected DATE as integer days since 1970-01-01, got string'],
    ['DATE', '1700000000000', '1700000000000 is out of the range of DATE (days since 1970-01-01, years 1 to 9999)'],
    ['BIGINT', '"1"', 'expected BIGINT as an integer, got string'],
    ['DECIMAL(4,2)', '1.5', 'expected DECIMAL(4,2) as a string of digits such as "12.50", got number'],
    ['DECIMAL(4,2)', '"x"', 'expected DECIMAL(4,2) as a string of digits such as "12.50", got "x"'],
    ['BINARY', '[1]', 'expected BINARY as a string of padded base64, got array'],
    ['BINARY', '"abc"', 'expected BINARY as a string of padded base64, got "abc"'],
    ['VARCHAR(3)', '1', 'expected VARCHAR(3) as a string, got number'],
    ['VARIANT', '{"x":1}', 'expected VARIANT as a string with JSON text, got object'],
    ['MAP<STRING, INT>', '[["k",1]]', 'expected MAP as an object, got array'],
    ['STRUCT<x: INT>', '[1]', 'expected STRUCT as an object, got array'],
    ['ARRAY<DATE>', '["x"]', 'expected DATE as integer days since 1970-01-01, got string'],
    [
      'MAP<DATE, INT>',
      '{"2024-01-01":1}',
      'expected a key of type DATE as integer days since 1970-01-01, got "2024-01-01"',
    ],
    ['INT', '"1"', 'expected INT, got string'],
    ['STRING', '1', 'expected STRING, got number'],
  ] as const) {
    it(`says how ${type} is written if a record has ${value}`, () => {
      expect(verdict(`a ${type}`, `{"a":${value}}`)).toMatch(/^TYPE_INCOMPATIBLE records\[0\]\.a/);
      expect(verdict(`a ${type}`, `{"a":${value}}`)).toMatch(new RegExp(`: ${expected.replace(/[.()[\]]/g, '\\$&')}$`));
    });
  }

  it('describes text that is not JSON in the words of JSON.parse', () => {
    const texts = [
      '',
      ' ',
      '{',
      '{"a":1',
      '{"a":1}}',
      '{"a":1} x',
      '{a:1}',
      "{'a':1}",
      '{"a":01}',
      '{"a":1,}',
      '{"a":.5}',
      '{"a":1.}',
      '{"a":"\t"}',
      '{"a":nul}',
      '\ufeff{}',
    ];
    for (const text of texts) {
      expect(verdict('a INT', '{"a":1}', text)).toMatch(/^ records\[1\]: not valid JSON: /);
    }
  });

  it('does not read a record that is cut short on into the next one', () => {
    // The length of the next record is 125, which is the byte of a closing brace.
    const next = `{"a":"${'x'.repeat(117)}"}`;

    expect(Buffer.byteLength(next)).toBe(125);
    expect(verdict('a STRING', '{"a":"1"', next)).toMatch(/^ records\[0\]: not valid JSON/);
    expect(verdict('a STRING', '{"a":"1', next)).toMatch(/^ records\[0\]: not valid JSON/);
    expect(verdict('a STRING, b INT NOT NULL', '{"a":"1"', next)).toMatch(/^ records\[0\]: not valid JSON/);
    expect(verdict('a STRING, b STRING', '{"a":"1",', '"b":"2"}')).toMatch(/^ records\[0\]: not valid JSON/);
  });

  it('takes texts of ten megabytes', () => {
    const verdicts = [
      ['BINARY', 'AAAA'.repeat(2_600_000)],
      ['STRING', 'ü'.repeat(5_000_000)],
      ['VARCHAR(10000000)', 'x'.repeat(10_000_000)],
      ['DECIMAL(1,0)', `1.${'0'.repeat(10_000_000)}`],
      ['VARIANT', `[${'1,'.repeat(2_000_000)}1]`],
    ].map(([type, text]) => verdict(`a ${type}`, JSON.stringify({ a: text })));

    expect(verdicts).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  });

  it('refuses bytes that are not UTF-8, and names the record', () => {
    const spans = jsonSpans(['{"a":"x"}', '{"a":"y"}', '{"a":"z"}']);
    spans.bytes[spans.start(1) + 6] = 0xff;

    expect(() => readerFor('a STRING').toRowLines(spans)).toThrowError(RecordError, 'records[1]: not valid UTF-8');
  });

  it('keeps records as they are, except for newlines between tokens, one record on each line', () => {
    const lines = readerFor('a BIGINT, b DOUBLE, c STRING')
      .toRowLines(jsonSpans(['{"a":9007199254740993}', '{\n"b"\r\n:\t1.10,"c":"\\n"\n}\n', ' {"c":"x"} ', '{}']))
      .toString();

    expect(lines.split('\n').map((line) => line.trim())).toEqual([
      '{"a":9007199254740993}',
      '{ "b"\r :\t1.10,"c":"\\n" }',
      '{"c":"x"}',
      '{}',
      '',
    ]);
  });

  it('agrees with JSON.parse on any JSON text, intact or damaged', () => {
    const columns = 'a INT, b STRING, c ARRAY<INT>, d MAP<STRING, STRING>, e STRUCT<x: BOOLEAN>';
    const row = fc.record(
      {
        a: fc.oneof(fc.integer(), fc.constant(null)),
        b: fc.string({ unit: 'binary' }),
        c: fc.array(fc.integer()),
        d: fc.dictionary(fc.string(), fc.string()),
        e: fc.record({ x: fc.boolean() }),
      },
      { requiredKeys: [] },
    );
    const reader = readerFor(columns);
    const text = fc
      .tuple(row, fc.constantFrom(undefined, 1, ' '))
      .map(([value, indent]) => JSON.stringify(value, undefined, indent));
    const damage = fc.tuple(
      text,
      fc.nat(),
      fc.constantFrom('', '"', '{', '}', '[', ',', ':', '\\', '0', '-', 'e', ' ', 'null'),
      fc.nat(2),
    );
    const damaged = damage.map(([whole, at, inserted, removed]) => {
      const position = at % (whole.length + 1);
      return whole.slice(0, position) + inserted + whole.slice(position + removed);
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(text, damaged), { minLength: 1, maxLength: 4 }), (records) => {
        const wellFormed = records.map((record) => Buffer.from(record).toString());
        const isJson = wellFormed.every(isJsonText);
        let lines: string | undefined;
        try {
          lines = reader.toRowLines(jsonSpans(wellFormed)).toString();
        } catch (error) {
          if (!(error instanceof RecordError)) {
            throw error;
          }
          expect(error.causes.length > 0).toBe(isJsonText(wellFormed[indexOf(error)] as string));
        }
        if (lines !== undefined) {
          expect(isJson).toBeTrue();
          expect(
            lines
              .trimEnd()
              .split('\n')
              .map((line) => JSON.parse(line) as unknown),
          ).toEqual(wellFormed.map((record) => JSON.parse(record) as unknown));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('takes every row that fits', () => {
    const reader = readerFor(
      'a INT, b STRING, c ARRAY<DOUBLE>, d MAP<STRING, BOOLEAN>, e STRUCT<x: BIGINT, y: STRING>',
    );
    const row = fc.record(
      {
        a: fc.integer(),
        b: fc.string({ unit: 'binary' }),
        c: fc.array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }))),
        d: fc.dictionary(fc.string(), fc.option(fc.boolean())),
        e: fc.record({ x: fc.maxSafeInteger(), y: fc.string() }, { requiredKeys: [] }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), (rows) => {
        const texts = rows.map((value) => JSON.stringify(value));
        expect(
          reader
            .toRowLines(jsonSpans(texts))
            .toString()
            .split('\n')
            .map((line) => line.trim()),
        ).toEqual([...texts.map((text) => text.trim()), '']);
      }),
      { numRuns: 500 },
    );
  });
});

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function indexOf(error: RecordError): number {
  return Number(/^records\[(\d+)\]/.exec(error.path)?.[1]);
}
