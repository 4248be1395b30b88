import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { readDeltaLog } from '../../lib/delta/readDeltaLog.ts';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { quoteLiteral } from '../../lib/duckdb/quoteSql.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { openTableStore } from '../../lib/storage/openTableStore.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';

const table = parseCreateTable(
  'CREATE TABLE main.spec.floats (f FLOAT, d DOUBLE, s STRUCT<f: FLOAT, t: STRUCT<d: DOUBLE>>)',
);

/** Paths of the table's leaves, and whether each is a FLOAT. */
const leaves: readonly (readonly [path: readonly string[], isFloat32: boolean])[] = [
  [['f'], true],
  [['d'], false],
  [['s', 'f'], true],
  [['s', 't', 'd'], false],
];

type Value = number | null;

/** How a reader orders two numbers: below, at or above 0. Undefined if neither is larger to it. */
type Order = (left: number, right: number) => number | undefined;

const orders: Readonly<Record<string, Order>> = {
  'SQL, with NaN above all': (left, right) =>
    Number.isNaN(left) || Number.isNaN(right)
      ? Number(Number.isNaN(left)) - Number(Number.isNaN(right))
      : left === right
        ? 0
        : left - right > 0
          ? 1
          : -1,
  'IEEE 754, with NaN beside all': (left, right) =>
    Number.isNaN(left) || Number.isNaN(right) ? undefined : left === right ? 0 : left > right ? 1 : -1,
  'the total order of bits': (left, right) => {
    const [one, other] = [rank(left), rank(right)];
    return one === other ? 0 : one > other ? 1 : -1;
  },
};

function rank(value: number): bigint {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const integer = bits.getBigInt64(0);
  return integer < 0n ? -(2n ** 63n) - integer - 1n : integer;
}

const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** What a file, or one of its row groups, says about a column. */
interface ColumnClaims {
  readonly rows: number;
  readonly nulls: number;
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** Whether a reader can look up the bits of a value in a bloom filter, or in a dictionary that all pages use. */
  readonly hasLookup: boolean;
}

/** Whether a reader skips the rows because none can match. */
function isExcluded(
  claims: ColumnClaims,
  comparison: string,
  literal: number,
  order: Order,
  present: readonly number[],
): boolean {
  const { min, max } = claims;
  if (claims.nulls === claims.rows) {
    return true;
  }
  const isBelow = max !== undefined && order(max, literal) !== undefined;
  const isAbove = min !== undefined && order(min, literal) !== undefined;
  switch (comparison) {
    case '=':
      return (
        (isBelow && (order(max, literal) as number) < 0) ||
        (isAbove && (order(min, literal) as number) > 0) ||
        (claims.hasLookup && !present.some((value) => Object.is(value, literal)))
      );
    case '<':
      return isAbove && (order(min, literal) as number) >= 0;
    case '<=':
      return isAbove && (order(min, literal) as number) > 0;
    case '>':
      return isBelow && (order(max, literal) as number) <= 0;
    default:
      return isBelow && (order(max, literal) as number) < 0;
  }
}

const special: readonly number[] = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 0.1];

const valueArbitrary: fc.Arbitrary<Value> = fc.oneof(
  { arbitrary: fc.constantFrom<Value>(null, ...special), weight: 4 },
  { arbitrary: fc.float(), weight: 1 },
  { arbitrary: fc.double(), weight: 1 },
);

describe('the statistics of a FLOAT or DOUBLE column', () => {
  const temporaryDirectory = useTemporaryDirectory();
  let duckDb: DuckDb;

  beforeEach(() => {
    duckDb = new DuckDb();
  });

  afterEach(() => duckDb.close());

  /** Writes the values to each column of one file. */
  async function write(
    values: readonly Value[],
  ): Promise<{ stats: string; path: string; remove: () => Promise<void> }> {
    const dataDir = await mkdtemp(join(temporaryDirectory(), 'run-'));
    const store = await openTableStore({ dataDir, tables: [table], onError: fail });
    await store.append('main.spec.floats', Buffer.from(values.map(rowLine).join('')), values.length);
    await store.close();
    const tablePath = store.tablePath('main.spec.floats');
    const snapshot = await readDeltaLog(tablePath, duckDb);
    const [file] = [...(snapshot?.files.values() ?? [])];
    return {
      stats: file?.stats ?? '',
      path: join(tablePath, file?.path ?? ''),
      remove: () => rm(dataDir, { recursive: true }),
    };
  }

  /** What the footer says about each leaf of each row group, by the leaf's path. */
  async function claimsOfFooter(path: string): Promise<ReadonlyMap<string, readonly ColumnClaims[]>> {
    const reader = await duckDb.run(
      `SELECT path_in_schema, num_values, stats_null_count, stats_min_value, stats_max_value, type,
         bloom_filter_offset IS NOT NULL OR NOT list_contains(string_split(encodings, ', '), 'PLAIN')
       FROM parquet_metadata(${quoteLiteral(path)})`,
    );
    const claims = new Map<string, ColumnClaims[]>();
    for (const [leaf, rows, nulls, min, max, type, hasLookup] of reader.getRowsJson()) {
      const bound = (text: unknown) => (typeof text === 'string' ? numberOf(text, type === 'FLOAT') : undefined);
      const group = {
        rows: Number(rows),
        nulls: Number(nulls),
        min: bound(min),
        max: bound(max),
        hasLookup: hasLookup === true,
      };
      claims.set(String(leaf), [...(claims.get(String(leaf)) ?? []), group]);
    }
    return claims;
  }

  it('never make a reader skip rows that match, whatever its order of numbers', async () => {
    const property = fc.asyncProperty(
      fc.array(valueArbitrary, { minLength: 1, maxLength: 6 }),
      fc.constantFrom(1, 20),
      fc.array(fc.double(), { maxLength: 2 }),
      async (distinct, repetitions, literals) => {
        const values = Array.from({ length: repetitions }, () => distinct).flat();
        const { stats, path, remove } = await write(values);
        const { minValues, maxValues, nullCount } = JSON.parse(stats);
        const footer = await claimsOfFooter(path);
        for (const [leaf, isFloat32] of leaves) {
          const present = distinct
            .filter((value) => value !== null)
            .map((value) => (isFloat32 ? Math.fround(value) : value));
          const byDelta: ColumnClaims = {
            rows: values.length,
            nulls: at(nullCount, leaf) as number,
            min: at(minValues, leaf),
            max: at(maxValues, leaf),
            hasLookup: false,
          };
          expect(byDelta.nulls).toBe(values.filter((value) => value === null).length);
          const claims = [byDelta, ...(footer.get(leaf.join(', ')) ?? [])];
          expect(claims.length).toBe(2);
          for (const [name, order] of Object.entries(orders)) {
            for (const literal of [...special, ...present, ...literals]) {
              for (const [comparison, matches] of Object.entries(comparisons)) {
                const isFound = present.some((value) => {
                  const compared = order(value, literal);
                  return compared !== undefined && matches(compared);
                });
                const excluding = claims.filter((each) => isExcluded(each, comparison, literal, order, present));
                if (isFound && excluding.length > 0) {
                  throw new Error(
                    `${leaf.join('.')} ${comparison} ${Object.is(literal, -0) ? '-0' : literal} of ${name}: ${JSON.stringify(excluding)} of ${path}`,
                  );
                }
              }
            }
          }
        }
        await remove();
      },
    );
    await expectAsync(
      fc.assert(property, {
        numRuns: 40,
        examples: [
          [[Number.NaN], 1, []],
          [[-0], 20, []],
          [[0, -0, 1], 20, []],
          [[Number.NaN, Number.NEGATIVE_INFINITY, null], 20, []],
          [[null, null], 1, []],
        ],
      }),
    ).toBeResolved();
  }, 60_000);

  it('account for NaN in the first of several row groups', async () => {
    const { stats, path } = await write(
      Array.from({ length: 130_000 }, (_, index) => (index === 5 ? Number.NaN : index % 10)),
    );
    const footer = await claimsOfFooter(path);
    expect(footer.get('f')?.length).toBe(2);
    for (const [leaf] of leaves) {
      expect(footer.get(leaf.join(', '))?.map(({ max }) => max)).toEqual([undefined, 9]);
    }
    expect(stats).toBe(
      '{"numRecords":130000,"minValues":{},"maxValues":{},"nullCount":{"f":0,"d":0,"s":{"f":0,"t":{"d":0}}}}',
    );
  });
});

function rowLine(value: Value): string {
  if (value === null) {
    return '{}\n';
  }
  const double = json(value);
  const float = json(Math.fround(value));
  return `{"f":${float},"d":${double},"s":{"f":${float},"t":{"d":${double}}}}\n`;
}

function json(value: number): string {
  return Object.is(value, -0) ? '-0.0' : Number.isFinite(value) ? String(value) : `"${value}"`;
}

/** The number that DuckDB writes like this. */
function numberOf(text: string, isFloat32: boolean): number {
  const number = Number(text.replace('inf', 'Infinity'));
  return isFloat32 ? Math.fround(number) : number;
}

/** The member of a tree of statistics. */
function at(tree: unknown, path: readonly string[]): number | undefined {
  let member = tree as Readonly<Record<string, unknown>> | undefined;
  for (const name of path) {
    member = member?.[name] as Readonly<Record<string, unknown>> | undefined;
  }
  return member as number | undefined;
}
