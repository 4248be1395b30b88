import { encodeRow } from '../../lib/rows/encodeRow.ts';
import type { Column } from '../../lib/table/column.ts';
import * as columns from '../../lib/table/columnBuilders.ts';
import { sqlTypeText } from '../../lib/table/columnType.ts';
import { defineTable } from '../../lib/table/defineTable.ts';
import type { Columns } from '../../lib/table/rowOf.ts';
import { thrownBy } from '../support/thrownBy.ts';

const { array, bigint, binary, boolean, date, decimal, double, float, int, map, smallint, string, struct, timestamp } =
  columns;
const { timestampNtz, tinyint, varchar, variant } = columns;

/** Encodes any row, as JavaScript can. */
function encode(given: Columns, row: unknown): Uint8Array {
  return encodeRow(defineTable('main.iot.readings', given), row as never);
}

function message(given: Columns, row: unknown): string {
  const error = thrownBy(() => encode(given, row));
  expect(error).toEqual(jasmine.objectContaining({ name: 'ZerobusError', code: 'INVALID_RECORD', isRetryable: false }));
  return (error as Error).message;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('The values of a row', () => {
  const lone = '\ud83d';
  const written: readonly (readonly [string, Column<unknown>, unknown, string])[] = [
    ['zero, which is not NULL', int(), 0, '0800'],
    ['minus zero as zero', int(), -0, '0800'],
    ['a negative integer in ten bytes', int(), -1, '08ffffffffffffffffff01'],
    ['the least BIGINT', bigint(), -(2n ** 63n), '0880808080808080808001'],
    ['the largest BIGINT', bigint(), 2n ** 63n - 1n, '08ffffffffffffffff7f'],
    ['the largest exact number', bigint(), Number.MAX_SAFE_INTEGER, '08ffffffffffffff0f'],
    ['the least exact number', bigint(), Number.MIN_SAFE_INTEGER, '0881808080808080f0ff01'],
    ['an empty string, which is not NULL', string(), '', '0a00'],
    ['false, which is not NULL', boolean(), false, '0800'],
    ['no bytes', binary(), new Uint8Array(), '0a00'],
    ['half of a surrogate pair as U+FFFD', string(), `a${lone}`, '0a0461efbfbd'],
    ['NaN', double(), Number.NaN, '09000000000000f87f'],
    ['infinity', float(), Number.NEGATIVE_INFINITY, '0d000080ff'],
    ['the largest FLOAT', float(), 3.4028234663852886e38, '0dffff7f7f'],
    ['the day of a Date in UTC', date(), new Date('1970-01-02T23:59:59.999Z'), '0801'],
    ['the day of a Date before 1970', date(), new Date('1969-12-31T23:59:59.999Z'), '08ffffffffffffffffff01'],
    ['the first day', date(), -719_162, `08${hex(varint(-719_162n))}`],
    ['a Date in microseconds', timestamp(), new Date(1), '08e807'],
    [
      'a Date whose microseconds are not exact as a number',
      timestamp(),
      new Date('9999-12-31T23:59:59.999Z'),
      `08${hex(varint(253402300799999000n))}`,
    ],
    ['the last microsecond', timestampNtz(), 253402300799999999n, `08${hex(varint(253402300799999999n))}`],
    ['a decimal as it is written', decimal(5, 2), '-007.50', `0a07${hex(Buffer.from('-007.50'))}`],
    ['a decimal with zeros beyond its scale', decimal(3, 2), '1.2300', `0a06${hex(Buffer.from('1.2300'))}`],
    ['VARCHAR(n) by characters, not UTF-16 units', varchar(2), '😀😀', `0a08${hex(Buffer.from('😀😀'))}`],
    ['a string as VARIANT as a JSON string', variant(), 'a', `0a03${hex(Buffer.from('"a"'))}`],
    ['a bigint in a VARIANT as its digits', variant(), [2n ** 60n], `0a15${hex(Buffer.from('[1152921504606846976]'))}`],
    ["JSON's null in a VARIANT", variant(), [null], `0a06${hex(Buffer.from('[null]'))}`],
    ['nothing of an empty list', array(int()), [], ''],
    ['nothing of an empty map', map(string(), int()), {}, ''],
    ['an empty object', struct({ x: int() }), {}, '0a00'],
    ['each element with its tag', array(int()), [1, 0], '08010800'],
    ['a Map by its keys', map(int(), boolean()), new Map([[7, false]]), '0a0408071000'],
    ['an object by its keys as text', map(int(), boolean()), { '7': false }, '0a0408071000'],
    ['an object with booleans as keys', map(boolean(), int()), { true: 1 }, '0a0408011001'],
    [
      'an object with a key __proto__',
      map(string(), int()),
      JSON.parse('{"__proto__":1}'),
      `0a0d0a09${hex(Buffer.from('__proto__'))}1001`,
    ],
    ['an object without a prototype', struct({ x: int() }), Object.assign(Object.create(null), { x: 1 }), '0a020801'],
  ];
  for (const [what, column, value, bytes] of written) {
    it(`are written: ${what}`, () => {
      expect(hex(encode({ x: column }, { x: value }))).toBe(bytes);
    });
  }

  const refused: readonly (readonly [Column<unknown>, unknown, string])[] = [
    [tinyint(), 128, '.x: 128 is out of the range of TINYINT, -128 to 127'],
    [smallint(), -32_769, '.x: -32769 is out of the range of SMALLINT, -32768 to 32767'],
    [int(), 2 ** 31, '.x: 2147483648 is out of the range of INT, -2147483648 to 2147483647'],
    [int(), 1.5, '.x: expected integer, got 1.5'],
    [int(), '1', '.x: expected integer, got string'],
    [int(), 1n, '.x: expected integer, got bigint'],
    [int(), Number.NaN, '.x: expected integer, got NaN'],
    [bigint(), 2 ** 53, '.x: 9007199254740992 is not exact as a number, use a bigint'],
    [bigint(), 2n ** 63n, '.x: 9223372036854775808 is out of the range of BIGINT, which has 64 bits'],
    [bigint(), 0.5, '.x: expected integer, got 0.5'],
    [bigint(), '1', '.x: expected integer, got string'],
    [float(), 3.5e38, '.x: 3.5e+38 is out of the range of FLOAT, use DOUBLE'],
    [float(), true, '.x: expected number, got boolean'],
    [double(), '1', '.x: expected number, got string'],
    [string(), 7, '.x: expected string, got number'],
    [string(), Object('a'), '.x: expected string, got an object'],
    [varchar(2), 'abc', '.x: 3 characters do not fit VARCHAR(2)'],
    [boolean(), 1, '.x: expected boolean, got number'],
    [binary(), 'eA==', '.x: expected Uint8Array, got string'],
    [binary(), new DataView(new ArrayBuffer(1)), '.x: expected Uint8Array, got bytes'],
    [date(), new Date(Number.NaN), '.x: expected Date, got an invalid Date'],
    [date(), '2026-01-01', '.x: expected Date or days, got string'],
    [date(), 2_932_897, '.x: 2932897 is out of the range of DATE, which is days since 1970-01-01 from year 1 to 9999'],
    [timestamp(), '2026-01-01', '.x: expected Date or microseconds, got string'],
    [timestamp(), 2 ** 60, '.x: 1152921504606847000 is not exact as a number, use a bigint'],
    [
      timestamp(),
      2n ** 60n,
      '.x: 1152921504606846976 is out of the range of TIMESTAMP, which is microseconds from year 1 to 9999',
    ],
    [
      timestamp(),
      new Date(8.64e15),
      '.x: 8640000000000000000 is out of the range of TIMESTAMP, which is microseconds from year 1 to 9999',
    ],
    [decimal(4, 2), '123.4', '.x: "123.4" does not fit DECIMAL(4,2)'],
    [decimal(4, 2), '1.234', '.x: "1.234" does not fit DECIMAL(4,2)'],
    [decimal(4, 2), '1e3', '.x: expected digits such as "-12.50", got "1e3"'],
    [decimal(4, 2), '.5', '.x: expected digits such as "-12.50", got ".5"'],
    [decimal(4, 2), '0'.repeat(300), `.x: expected digits such as "-12.50", got "${'0'.repeat(39)}…`],
    [decimal(4, 2), 1.5, '.x: expected string, got number'],
    [variant(), Number.NaN, '.x: expected JSON value, got NaN'],
    [variant(), () => 1, '.x: expected JSON value, got function'],
    [variant(), { n: [Number.NaN] }, '.x.n[0]: NaN has no JSON form'],
    [array(string()), 'a', '.x: expected array, got string'],
    [array(string()), ['a', 7], '.x[1]: expected string, got number'],
    [array(string()), ['a', null], '.x[1]: arrays cannot contain null'],
    [array(struct({ y: array(int()) })), [{ y: [1] }, { y: [1, 2, 'c'] }], '.x[1].y[2]: expected integer, got string'],
    [map(string(), int()), [['a', 1]], '.x: expected Map or object, got an array'],
    [map(string(), int()), { 'a b': 'c' }, '.x["a b"]: expected integer, got string'],
    [map(string(), int()), { a: undefined }, '.x["a"]: maps cannot contain undefined'],
    [map(string(), int()), new Map([[1, 1]]), '.x[1] (key): expected string, got number'],
    [map(int(), int()), { a: 1 }, '.x: "a" is not a valid key'],
    [map(int(), int()), { '07': 1 }, '.x: "07" is not a valid key'],
    [
      map(int(), int()),
      { '2147483648': 1 },
      '.x[2147483648] (key): 2147483648 is out of the range of INT, -2147483648 to 2147483647',
    ],
    [map(boolean(), int()), { yes: 1 }, '.x: "yes" is not a valid key'],
    [
      map(date(), struct({ y: int() })),
      new Map([[new Date(0), { y: 'a' }]]),
      '.x[1970-01-01T00:00:00.000Z].y: expected integer, got string',
    ],
    [struct({ y: int().notNull() }), {}, '.x.y: the column is NOT NULL, got undefined'],
    [struct({ y: int() }), { z: 1 }, '.x.z: the table definition has no such column'],
    [struct({ y: int() }), [1], '.x: expected object, got an array'],
  ];
  for (const [column, value, problem] of refused) {
    it(`are refused: ${sqlTypeText(column.type)}${problem}`, () => {
      expect(message({ x: column }, { x: value })).toBe(`readings${problem}.`);
    });
  }

  it('may be missing, null or undefined if the column is nullable', () => {
    for (const row of [{}, { x: null }, { x: undefined }]) {
      expect(encode({ x: int() }, row)).toHaveSize(0);
    }
  });

  it('must be present if the column is NOT NULL', () => {
    const given = { device: string(), temp: int().notNull() };
    expect(message(given, { device: 'd' })).toBe('readings.temp: the column is NOT NULL, got undefined.');
    expect(message(given, { temp: null })).toBe('readings.temp: the column is NOT NULL, got null.');
  });

  it('are refused if there is no column for them, even if other keys are undefined', () => {
    expect(message({ x: int() }, { y: 1 })).toBe('readings.y: the table definition has no such column.');
    expect(message({ x: int() }, { x: undefined, y: undefined })).toContain(
      'readings.y: the table definition has no such column.',
    );
    expect(message({ x: int() }, { ['a'.repeat(5000)]: 1 }).length).toBeLessThan(250);
  });

  it('must be in an object', () => {
    for (const [row, got] of [
      [null, 'null'],
      [undefined, 'undefined'],
      ['{"x":1}', 'string'],
      [[1], 'an array'],
      [Buffer.from([8, 1]), 'bytes'],
      [new Map([['x', 1]]), 'a Map. Use Object.fromEntries'],
      [new Date(), 'an instance of Date. It has no enumerable fields and no toJSON'],
      [Promise.resolve({ x: 1 }), 'a Promise. Use concatMap instead of map, or await it first'],
    ]) {
      expect(message({ x: int() }, row)).toBe(`readings: expected object, got ${got}.`);
    }
  });

  it('are not read from what every object inherits', () => {
    const given = { constructor: string(), toString: string(), x: int() } as unknown as Columns;
    expect(hex(encode(given, { x: 1 }))).toBe('1801');
    expect(hex(encode(given, { constructor: 'a' }))).toBe('0a0161');
  });

  it('are also read from getters and class instances', () => {
    class Reading {
      x = 1;
      method(): void {}
    }
    expect(hex(encode({ x: int() }, new Reading()))).toBe('0801');
    expect(
      hex(
        encode(
          { x: int() },
          {
            get x() {
              return 2;
            },
          },
        ),
      ),
    ).toBe('0802');
  });

  it('are named with the index of their row', () => {
    const table = defineTable('main.iot.readings', { tags: array(string()) });
    expect(() => encodeRow(table, { tags: ['a', 7 as never] }, 3)).toThrowError(
      'readings[3].tags[1]: expected string, got number.',
    );
  });

  it('let errors of accessors pass', () => {
    const row = {
      get x(): number {
        throw new RangeError('mine');
      },
    };
    expect(() => encode({ x: int() }, row)).toThrowError(RangeError, 'mine');
  });

  it('are refused if the record is too large', () => {
    for (const value of ['x'.repeat(10_420_224), '€'.repeat(3_500_000), 'x'.repeat(200_000_000)]) {
      const error = thrownBy(() => encode({ x: string() }, { x: value }));
      expect(error).toEqual(jasmine.objectContaining({ code: 'RECORD_TOO_LARGE', isRetryable: false }));
      expect((error as Error).message).toMatch(
        /^readings: the record takes (\d+ bytes, )?more than the 10420224 bytes that one may take\.$/,
      );
    }
    expect(encode({ x: string() }, { x: 'x'.repeat(10_420_219) })).toHaveSize(10_420_224);
  });
});

/** Encodes a 64-bit integer as a varint, without sharing code with the encoder. */
function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest > 0x7fn; rest >>= 7n) {
    bytes.push(Number(rest & 0x7fn) + 0x80);
  }
  return Uint8Array.from([...bytes, Number(rest)]);
}
