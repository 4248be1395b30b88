import fc from 'fast-check';
import type protobuf from 'protobufjs';
import { ProtoRecordReader } from '../../../lib/records/proto/protoRecordReader.ts';
import { RecordError } from '../../../lib/records/recordError.ts';
import { parseCreateTable } from '../../../lib/schema/parseCreateTable.ts';
import { parseMessage } from '../../support/messageDescriptor.ts';
import { protoSpans } from '../../support/recordSpansOf.ts';

function readerFor(columns: string, body: string): { reader: ProtoRecordReader; type: protobuf.Type } {
  const { type, descriptor } = parseMessage(body);
  return {
    reader: new ProtoRecordReader(descriptor, parseCreateTable(`CREATE TABLE a.b.c (${columns})`).columns),
    type,
  };
}

function lineOf(columns: string, body: string, bytes: Uint8Array): string {
  return readerFor(columns, body)
    .reader.toRowLines(protoSpans([bytes]))
    .toString();
}

function encoded(columns: string, body: string, row: object): string {
  const { reader, type } = readerFor(columns, body);
  return reader.toRowLines(protoSpans([type.encode(type.fromObject(row)).finish()])).toString();
}

function errorOf(action: () => unknown): RecordError {
  try {
    action();
  } catch (error) {
    if (error instanceof RecordError) {
      return error;
    }
    throw error;
  }
  throw new Error('nothing was thrown');
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('ProtoRecordReader', () => {
  it('converts every scalar type to JSON, with the exact 64 bits of an int64', () => {
    const columns = `t TINYINT, s SMALLINT, i INT, l BIGINT, f FLOAT, d DOUBLE, str STRING, vc VARCHAR(5), b BOOLEAN, bin BINARY,
      da DATE, ts TIMESTAMP, tn TIMESTAMP_NTZ, de DECIMAL(20,2), v VARIANT`;
    const body = `optional int32 t = 1; optional sint32 s = 2; optional sfixed32 i = 3; optional int64 l = 4; optional float f = 5;
      optional double d = 6; optional string str = 7; optional string vc = 8; optional bool b = 9; optional bytes bin = 10;
      optional int32 da = 11; optional int64 ts = 12; optional sint64 tn = 13; optional string de = 14; optional string v = 5000;`;
    const line = encoded(columns, body, {
      t: -128,
      s: -32768,
      i: -2147483648,
      l: '-9223372036854775808',
      f: 1.5,
      d: 1e-7,
      str: 'a"b\\c\n\u0001€😀',
      vc: 'äöüß€',
      b: true,
      bin: Buffer.from([0, 255, 254]),
      da: -719162,
      ts: '253402300799999999',
      tn: '-62135596800000000',
      de: '-123456789012345678.90',
      v: '{"a":[1,null]}',
    });

    expect(line).toBe(
      '{"t":-128,"s":-32768,"i":-2147483648,"l":-9223372036854775808,"f":1.5,"d":1e-7,' +
        '"str":"a\\"b\\\\c\\u000a\\u0001€😀","vc":"äöüß€","b":true,"bin":"AP/+","da":-719162,"ts":253402300799999999,' +
        '"tn":-62135596800000000,"de":"-123456789012345678.90","v":"{\\"a\\":[1,null]}"}\n',
    );
  });

  it('writes floats that JSON has no number for by name', () => {
    const line = encoded('f ARRAY<FLOAT>, d ARRAY<DOUBLE>', 'repeated float f = 1; repeated double d = 2;', {
      f: [Number.NaN, Number.POSITIVE_INFINITY],
      d: [Number.NEGATIVE_INFINITY, -0, 5e-324],
    });

    expect(line).toBe('{"f":["NaN","Infinity"],"d":["-Infinity",-0.0,5e-324]}\n');
  });

  it('reads lists, packed or not, maps, and messages in messages', () => {
    const columns = `packed ARRAY<INT>, single ARRAY<INT>, names ARRAY<STRING>, counts MAP<STRING, BIGINT>, flags MAP<INT, BOOLEAN>,
      place STRUCT<lat: DOUBLE, tags: ARRAY<STRING>>, items ARRAY<STRUCT<id: BIGINT NOT NULL, note: STRING>>,
      places MAP<STRING, STRUCT<lat: DOUBLE>>`;
    const body = `repeated int32 packed = 1 [packed = true]; repeated int32 single = 2 [packed = false]; repeated string names = 3;
      map<string, int64> counts = 4; map<int32, bool> flags = 5;
      message Place { optional double lat = 1; repeated string tags = 2; } optional Place place = 6;
      message Item { required int64 id = 1; optional string note = 2; } repeated Item items = 7;
      map<string, Place2> places = 8; message Place2 { optional double lat = 1; }`;
    const line = encoded(columns, body, {
      packed: [1, -2, 300],
      single: [4, 5],
      names: ['', 'x'],
      counts: { a: '9007199254740993', '"': 2 },
      flags: { 7: true, '-1': false },
      place: { lat: 48.1, tags: ['t'] },
      items: [{ id: 1 }, { id: 2, note: 'n' }],
      places: { home: { lat: 1.25 } },
    });

    expect(JSON.parse(line)).toEqual({
      packed: [1, -2, 300],
      single: [4, 5],
      names: ['', 'x'],
      counts: { a: 9007199254740992, '"': 2 },
      flags: { '7': true, '-1': false },
      place: { lat: 48.1, tags: ['t'] },
      items: [{ id: 1 }, { id: 2, note: 'n' }],
      places: { home: { lat: 1.25 } },
    });
    expect(line).toContain('"a":9007199254740993');
  });

  it('omits absent fields, but writes a list or map without elements as empty', () => {
    const line = encoded(
      'a INT, b ARRAY<INT>, c MAP<STRING, INT>, d STRUCT<x: INT>, e STRING',
      'optional int32 a = 1; repeated int32 b = 2; map<string, int32> c = 3; message D { optional int32 x = 1; } optional D d = 4;',
      {},
    );

    expect(line).toBe('{"b":[],"c":{}}\n');
  });

  it('writes columns by name in the order of the table, whatever the numbers and the order on the wire', () => {
    const line = lineOf(
      'a INT, b STRING',
      'optional string b = 1; optional int32 a = 9;',
      bytes(0x0a, 1, 0x78, 0x48, 5),
    );

    expect(line).toBe('{"a":5,"b":"x"}\n');
  });

  it('takes the last value of a repeated scalar, and merges repeated messages', () => {
    const body = 'optional int32 a = 1; message S { optional int32 x = 1; optional int32 y = 2; } optional S s = 2;';
    const wire = bytes(8, 1, 0x12, 4, 8, 1, 16, 1, 8, 2, 0x12, 2, 16, 9);

    expect(lineOf('a INT, s STRUCT<x: INT, y: INT>', body, wire)).toBe('{"a":2,"s":{"x":1,"y":9}}\n');
  });

  it('takes the last map entry with the same key, and defaults for a missing key or value', () => {
    const wire = bytes(0x0a, 5, 0x0a, 1, 0x61, 16, 1, 0x0a, 5, 0x0a, 1, 0x61, 16, 2, 0x0a, 0, 0x0a, 3, 0x0a, 1, 0x62);

    expect(lineOf('m MAP<STRING, INT>', 'map<string, int32> m = 1;', wire)).toBe('{"m":{"a":2,"":0,"b":0}}\n');
  });

  it('skips unknown fields, groups, and known numbers with another wire type', () => {
    const wire = bytes(0x1b, 8, 1, 0x23, 0x24, 0x1c, 0x9d, 1, 1, 2, 3, 4, 0x0a, 1, 0x61, 8, 7);

    expect(lineOf('a INT', 'optional int32 a = 1;', wire)).toBe('{"a":7}\n');
  });

  it('joins packed and single elements of a list in order', () => {
    expect(lineOf('a ARRAY<INT>', 'repeated int32 a = 1;', bytes(8, 1, 0x0a, 2, 2, 3, 8, 4))).toBe('{"a":[1,2,3,4]}\n');
  });

  for (const [what, columns, body, wire, path, cause] of [
    [
      'a NOT NULL column that is absent',
      'a INT NOT NULL',
      'optional int32 a = 1;',
      bytes(),
      'a',
      'MISSING_REQUIRED_COLUMN',
    ],
    [
      'a NOT NULL field of a struct that is absent',
      's STRUCT<x: INT NOT NULL>',
      'message S { optional int32 x = 1; } optional S s = 1;',
      bytes(0x0a, 0),
      's.x',
      'MISSING_REQUIRED_COLUMN',
    ],
    [
      'an integer out of range',
      'a ARRAY<TINYINT>',
      'repeated int32 a = 1;',
      bytes(8, 1, 8, 0x80, 1),
      'a[1]',
      'TYPE_INCOMPATIBLE',
    ],
    [
      'a VARCHAR that is too long',
      'a VARCHAR(1)',
      'optional string a = 1;',
      bytes(0x0a, 2, 0x61, 0x61),
      'a',
      'TYPE_INCOMPATIBLE',
    ],
    [
      'a DECIMAL that does not fit',
      'a DECIMAL(2,1)',
      'optional string a = 1;',
      bytes(0x0a, 2, 0x31, 0x32),
      'a',
      'TYPE_INCOMPATIBLE',
    ],
    [
      'a VARIANT that is no JSON',
      'a VARIANT',
      'optional string a = 1;',
      bytes(0x0a, 1, 0x7b),
      'a',
      'TYPE_INCOMPATIBLE',
    ],
    [
      'a wrong value in a map',
      'm MAP<STRING, VARCHAR(1)>',
      'map<string, string> m = 1;',
      bytes(0x0a, 7, 0x0a, 1, 0x6b, 0x12, 2, 0x61, 0x61),
      'm["k"]',
      'TYPE_INCOMPATIBLE',
    ],
    ['a string that is not UTF-8', 'a STRING', 'optional string a = 1;', bytes(0x0a, 1, 0xff), 'a', ''],
    ['a length that runs past the end', 'a STRING', 'optional string a = 1;', bytes(0x0a, 5, 0x61), '', ''],
    ['a message that is cut short', 'a INT', 'optional int32 a = 1;', bytes(8, 0x80), '', ''],
    ['a group that does not end', 'a INT', 'optional int32 a = 1;', bytes(0x1b, 8, 1), '', ''],
  ] as const) {
    it(`refuses ${what}, and names its place`, () => {
      const error = errorOf(() => lineOf(columns, body, wire));

      expect(error.path).toBe(path === '' ? 'records[0]' : `records[0].${path}`);
      expect(error.causes.join()).toBe(cause);
    });
  }

  it('names the wrong record', () => {
    const { reader } = readerFor('a INT', 'optional int32 a = 1;');

    expect(errorOf(() => reader.toRowLines(protoSpans([bytes(8, 1), bytes(), bytes(8)]))).path).toBe('records[2]');
  });

  it('writes what protobufjs reads, for any message', () => {
    const columns = `a INT, b BIGINT, c STRING, d DOUBLE, e BOOLEAN, f ARRAY<BIGINT>, g ARRAY<STRING>, h MAP<STRING, INT>,
      s STRUCT<x: STRING, y: ARRAY<INT>>, t ARRAY<STRUCT<x: STRING>>`;
    const body = `optional int32 a = 1; optional sint64 b = 22; optional string c = 333; optional double d = 4444;
      optional bool e = 5; repeated sfixed64 f = 6; repeated string g = 7; map<string, sint32> h = 8;
      message S { optional string x = 1; repeated int32 y = 2; } optional S s = 9;
      message T { optional string x = 1; } repeated T t = 10;`;
    const { reader, type } = readerFor(columns, body);
    const text = fc.string({ unit: 'binary' });
    const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
    const row = fc.record(
      {
        a: fc.integer(),
        b: int64,
        c: text,
        d: fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
        e: fc.boolean(),
        f: fc.array(int64),
        g: fc.array(text),
        h: fc.dictionary(
          text.filter((key) => key !== '__proto__'),
          fc.integer(),
        ),
        s: fc.record({ x: text, y: fc.array(fc.integer()) }, { requiredKeys: ['y'] }),
        t: fc.array(fc.record({ x: text }, { requiredKeys: [] })),
      },
      { requiredKeys: ['f', 'g', 'h', 't'] },
    );
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), (rows) => {
        const lines = reader.toRowLines(protoSpans(rows.map((value) => type.encode(type.fromObject(value)).finish())));
        const parsed = lines.toString().trimEnd().split('\n').map(parseExactly);
        expect(parsed).toEqual(rows as unknown[]);
      }),
      { numRuns: 300 },
    );
  });
});

/** Reads a row line, with the two int64 columns as text. */
function parseExactly(line: string): unknown {
  const exact = line.replace(/"b":(-?\d+)/, '"b":"$1"').replace(
    /"f":\[([-\d,]*)\]/,
    (_, list: string) =>
      `"f":[${
        list === ''
          ? ''
          : list
              .split(',')
              .map((n) => `"${n}"`)
              .join()
      }]`,
  );
  return JSON.parse(exact);
}
