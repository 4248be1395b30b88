import fc from 'fast-check';
import { JsonRecordReader } from '../../lib/records/jsonRecordReader.ts';
import { RecordError } from '../../lib/records/recordError.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { jsonSpans } from '../support/recordSpansOf.ts';

function readerFor(columns: string): JsonRecordReader {
  return new JsonRecordReader(parseCreateTable(`CREATE TABLE a.b.c (${columns})`).columns);
}

/** 'ok', or the causes and the message of the refusal. */
function verdict(columns: string, ...records: string[]): string {
  try {
    readerFor(columns).toRowLines(jsonSpans(records));
    return 'ok';
  } catch (error) {
    if (error instanceof RecordError) return `${error.causes.join()} ${error.message}`;
    throw error;
  }
}

function accepts(type: string, value: string): boolean {
  return verdict(`a ${type}`, `{"a":${value}}`) === 'ok';
}

describe('JsonRecordReader', () => {
  const rules: Readonly<Record<string, { good: readonly string[]; bad: readonly string[] }>> = {
    TINYINT: {
      good: ['0', '-128', '127', '1.0', '1e2', '-0', 'null'],
      bad: ['128', '-129', '1.5', '"1"', 'true', '1e3', '[]', '{}'],
    },
    SMALLINT: { good: ['32767', '-32768'], bad: ['32768', '-32769'] },
    INT: { good: ['2147483647', '-2147483648', '2.147483647e9'], bad: ['2147483648', '-2147483649', '1e-1'] },
    BIGINT: {
      good: ['9223372036854775807', '-9223372036854775808', '9007199254740993', '9007199254740991.0'],
      bad: [
        '9223372036854775808',
        '-9223372036854775809',
        '9007199254740993.0',
        '1e18',
        '99999999999999999999999999',
        '"9"',
      ],
    },
    FLOAT: {
      good: ['1', '1.5', '-3.4028234663852886e38', '1e-50'],
      bad: ['3.5e38', '1e400', '"NaN"', '1'.padEnd(40, '0')],
    },
    DOUBLE: {
      good: ['1', '-1.7976931348623157e308', '1E+2', '0.1', '1'.padEnd(300, '0')],
      bad: ['1e309', '"1"', 'false', '1'.padEnd(310, '0')],
    },
    STRING: {
      good: ['""', '"a\\u0000\\ud83d\\ude00\\n\\/"', '"ü€😀"'],
      bad: ['1', 'true', '[]', '"\\ud83d"', '"\\ude00"', '"\\ud83dx"', '"\\ud83d\\u0041"'],
    },
    'VARCHAR(3)': {
      good: ['"abc"', '"😀😀😀"', '"\\u0061bc"', '"üüü"'],
      bad: ['"abcd"', '"😀😀😀😀"', '"\\n\\n\\n\\n"'],
    },
    BOOLEAN: { good: ['true', 'false'], bad: ['1', '"true"', '0'] },
    BINARY: {
      good: ['""', '"AA=="', '"AAA="', '"AAAA"', '"AP\\/+"'],
      bad: ['"A"', '"AA"', '"AA="', '"A_-A"', '"AAA=AAA="', '[1]'],
    },
    DATE: { good: ['0', '-719162', '2932896'], bad: ['-719163', '2932897', '"2024-01-01"', '1.5'] },
    TIMESTAMP: {
      good: ['0', '-62135596800000000', '253402300799999999', '1700000000000000'],
      bad: ['-62135596800000001', '253402300800000000', '"2024-01-01T00:00:00Z"', '1.5'],
    },
    TIMESTAMP_NTZ: { good: ['1700000000000000'], bad: ['"x"', '253402300800000000'] },
    'DECIMAL(5,2)': {
      good: ['"0"', '"-999.99"', '"999.990"', '"0001.10"'],
      bad: ['1.5', '"1000"', '"1.234"', '"1e2"', '".5"', '"5."', '"+1"', '""', '" 1"', '"x"'],
    },
    VARIANT: {
      good: [
        '"1"',
        '"{\\"a\\":[1,null,\\"x\\"]}"',
        '" [ ] "',
        '"\\"\\\\ud83d\\\\ude00\\""',
        '"9223372036854775807"',
        '"1e300"',
      ],
      bad: [
        '{"a":1}',
        '1',
        '""',
        '"{"',
        '"{\\"a\\":1,\\"a\\":2}"',
        '"1 2"',
        '"NaN"',
        '"1e400"',
        '"9223372036854775808"',
        '"\\"\\\\ud83d\\""',
        `"${'['.repeat(600)}${']'.repeat(600)}"`,
      ],
    },
    'ARRAY<INT>': { good: ['[]', '[1,null]', '[ 1 , 2 ]'], bad: ['[1,"2"]', '{}', '"[]"', '1'] },
    'MAP<STRING, INT>': {
      good: ['{}', '{"a":1,"":null}', '{ "a" : 1 }'],
      bad: ['{"a":"1"}', '[]', '{"a":1,"a":2}', '{"a":1,"\\u0061":2}'],
    },
    'MAP<BIGINT, INT>': {
      good: ['{"-9223372036854775808":1,"0":2}'],
      bad: ['{"01":1}', '{"x":1}', '{"9223372036854775808":1}', '{"-0":1}'],
    },
    'MAP<BOOLEAN, INT>': { good: ['{"true":1,"false":2}'], bad: ['{"True":1}'] },
    'STRUCT<x: INT NOT NULL, y: ARRAY<STRING>>': {
      good: ['{"x":1}', '{"y":["a"],"x":1}', '{"x":1,"y":null}', 'null'],
      bad: ['{}', '{"x":null}', '{"y":[]}', '{"x":1,"z":2}', '{"x":1,"x":1}', '[]'],
    },
  };

  for (const [type, { good, bad }] of Object.entries(rules)) {
    it(`takes the right values for ${type} and no others`, () => {
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
      'FIELD_NOT_IN_TABLE records[0]: the table has no column "temp"; did you mean "Temp"? Names are compared with their case',
    ],
    [
      'an unknown field of a struct',
      's STRUCT<x: INT>',
      '{"s":{"y":1}}',
      'FIELD_NOT_IN_TABLE records[0].s: the table has no column "y"',
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
    ['a record that is a list', 'a INT', '[]', 'TYPE_INCOMPATIBLE records[0]: expected STRUCT, got array'],
    [
      'half a surrogate pair',
      'a STRING',
      '{"a":"\\ud800"}',
      'TYPE_INCOMPATIBLE records[0].a: a string holds half a surrogate pair, which has no UTF-8 form',
    ],
  ] as const) {
    it(`names the place of ${what}`, () => {
      expect(verdict(columns, record)).toBe(expected);
    });
  }

  it('tells what is no JSON in the words of JSON.parse', () => {
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
    for (const text of texts) expect(verdict('a INT', '{"a":1}', text)).toMatch(/^ records\[1\]: not valid JSON: /);
  });

  it('does not let a record that is cut short run into the next one', () => {
    // The length of the next record is 125, which is the byte of a closing brace.
    const next = `{"a":"${'x'.repeat(117)}"}`;

    expect(Buffer.byteLength(next)).toBe(125);
    expect(verdict('a STRING', '{"a":"1"', next)).toMatch(/^ records\[0\]: not valid JSON/);
    expect(verdict('a STRING', '{"a":"1', next)).toMatch(/^ records\[0\]: not valid JSON/);
    expect(verdict('a STRING, b STRING', '{"a":"1",', '"b":"2"}')).toMatch(/^ records\[0\]: not valid JSON/);
  });

  it('refuses bytes that are no UTF-8, and names the record', () => {
    const spans = jsonSpans(['{"a":"x"}', '{"a":"y"}', '{"a":"z"}']);
    spans.bytes[spans.start(1) + 6] = 0xff;

    expect(() => readerFor('a STRING').toRowLines(spans)).toThrowError(RecordError, 'records[1]: not valid UTF-8');
  });

  it('keeps what is checked to the letter, but for newlines between tokens, each record on a line', () => {
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

  it('agrees with JSON.parse on any text made of JSON, whole or damaged', () => {
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
          if (!(error instanceof RecordError)) throw error;
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
