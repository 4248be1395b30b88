import { fileStatistics } from '../../lib/delta/fileStatistics.ts';
import type { DeltaType } from '../../lib/schema/deltaType.ts';
import { parseColumnType } from '../../lib/schema/parseColumnType.ts';

function statisticsOf(type: string, leaf: Record<string, string>, withNaN: readonly string[] = []): string {
  const columns = [{ name: 'a', type: parseColumnType(type), nullable: true }];
  return fileStatistics(3, columns, new Map([['"a"', { null_count: '1', ...leaf }]]), new Set(withNaN));
}

describe('fileStatistics', () => {
  const bounds: readonly (readonly [type: string, min: string, max: string, minText: string, maxText: string])[] = [
    ['BIGINT', '-9223372036854775808', '9223372036854775807', '-9223372036854775808', '9223372036854775807'],
    [
      'DECIMAL(38,10)',
      '-1.0000000001',
      '12345678901234567890.1234567891',
      '-1.0000000001',
      '12345678901234567890.1234567891',
    ],
    ['DOUBLE', '-1.5', '1e+300', '-1.5', '1e+300'],
    ['DOUBLE', '0.0', '-0.0', '-0.0', '0.0'],
    ['FLOAT', '0.1', '16777216.0', '0.10000000149011612', '16777216'],
    ['DATE', '1970-01-06', '9999-12-31', '"1970-01-06"', '"9999-12-31"'],
    [
      'TIMESTAMP',
      '2023-11-14 22:13:20.123456+00',
      '2023-11-14 22:13:20.123456+00',
      '"2023-11-14T22:13:20.123Z"',
      '"2023-11-14T22:13:20.124Z"',
    ],
    [
      'TIMESTAMP_NTZ',
      '1969-12-31 23:59:59.9999',
      '1970-01-01 00:00:00',
      '"1969-12-31T23:59:59.999"',
      '"1970-01-01T00:00:00.000"',
    ],
    ['STRING', 'a"b', 'z', '"a\\"b"', '"z"'],
  ];

  for (const [type, min, max, minText, maxText] of bounds) {
    it(`gives bounds of ${type} that enclose every value from ${min} to ${max}`, () => {
      expect(statisticsOf(type, { min, max })).toBe(
        `{"numRecords":3,"minValues":{"a":${minText}},"maxValues":{"a":${maxText}},"nullCount":{"a":1}}`,
      );
    });
  }

  const unknown: readonly (readonly [type: string, leaf: Record<string, string>])[] = [
    ['DOUBLE', { min: '-inf', max: 'inf' }],
    ['STRING', { min: 'ä', max: '\u{1f600}' }],
    ['STRING', { min: 'x'.repeat(256), max: 'y'.repeat(256) }],
    ['BINARY', { min: '00', max: 'FF' }],
    ['BOOLEAN', { min: 'false', max: 'true' }],
    ['DATE', { min: '0044-03-15 (BC)', max: '10000-01-01' }],
    ['TIMESTAMP', { min: '0044-03-15 (BC) 00:00:00+00', max: '9999-12-31 23:59:59.999999+00' }],
  ];

  for (const [type, leaf] of unknown) {
    it(`omits bounds of ${type} such as ${leaf['max']?.slice(0, 30)}`, () => {
      expect(statisticsOf(type, leaf)).toBe('{"numRecords":3,"minValues":{},"maxValues":{},"nullCount":{"a":1}}');
    });
  }

  it('omits bounds if there is NaN, whatever DuckDB says about the last row group', () => {
    const leaf = { min: '1', max: '2', has_nan: 'false' };
    expect(statisticsOf('DOUBLE', leaf, ['"a"'])).toBe(
      '{"numRecords":3,"minValues":{},"maxValues":{},"nullCount":{"a":1}}',
    );
    expect(statisticsOf('DOUBLE', leaf, ['"b"'])).toBe(
      '{"numRecords":3,"minValues":{"a":1},"maxValues":{"a":2},"nullCount":{"a":1}}',
    );
  });

  it("distinguishes a column with quotes in its name from a struct's field", () => {
    const columns = [{ name: 'x"."y', type: parseColumnType('INT'), nullable: true }];
    const leaves = new Map([
      ['"x"."y"', { null_count: '0', min: '1', max: '2' }],
      ['"x"".""y"', { null_count: '0', min: '3', max: '4' }],
    ]);
    expect(JSON.parse(fileStatistics(1, columns, leaves, new Set())).minValues).toEqual({ 'x"."y': 3 });
  });

  it('mirrors structs, omits arrays and maps, and stops at 32 leaves', () => {
    const integer: DeltaType = { kind: 'integer' };
    const columns = [
      { name: 's', type: parseColumnType('STRUCT<x: STRUCT<y: INT>, l: ARRAY<INT>>'), nullable: true },
      { name: 'm', type: parseColumnType('MAP<STRING, INT>'), nullable: true },
      ...Array.from({ length: 40 }, (_, index) => ({ name: `c${index}`, type: integer, nullable: true })),
    ];
    const leaf = { null_count: '0', min: '1', max: '2' };
    const leaves = new Map([
      ['"s"."x"."y"', leaf],
      ['"s"."l"."element"', leaf],
      ['"m"."key"', leaf],
      ...columns.slice(2).map((column) => [`"${column.name}"`, leaf] as const),
    ]);
    const statistics = JSON.parse(fileStatistics(1, columns, leaves, new Set()));
    expect(statistics.minValues.s).toEqual({ x: { y: 1 } });
    expect(Object.keys(statistics.nullCount)).toEqual(['s', ...Array.from({ length: 31 }, (_, index) => `c${index}`)]);
  });
});
