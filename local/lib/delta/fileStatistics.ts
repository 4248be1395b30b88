import { quoteIdentifier } from '../duckdb/quoteSql.ts';
import type { DeltaColumn, DeltaType } from '../schema/deltaType.ts';

/** The result of DuckDB's RETURN_STATS for one leaf column. All values are text. */
export type LeafStatistics = Readonly<Record<string, string>>;

/** By default, Delta collects statistics for this many leaf columns (`delta.dataSkippingNumIndexedCols`). */
const INDEXED_LEAF_COLUMNS = 32;

interface Leaf {
  readonly path: readonly string[];
  readonly type: DeltaType;
}

/**
 * The `stats` of an `add` action as JSON text: numRecords, minValues, maxValues and nullCount of the first 32 leaf
 * columns.
 *
 * They are written as text because int64 and decimals beyond 2^53 must keep their digits: a bound that is off by one
 * makes readers skip rows. A bound that is not known exactly is omitted, which is always allowed.
 *
 * @param leafStatistics by DuckDB's quoted path, such as `"st"."x"`
 * @param leavesWithNaN paths of the leaves that contain NaN. DuckDB's own `has_nan` only covers the last row group of
 * the file.
 * @param clusterColumns columns that have statistics wherever they are, as Delta demands of a table that is clustered
 * by them. Defaults to none.
 */
export function fileStatistics(
  rows: number,
  columns: readonly DeltaColumn[],
  leafStatistics: ReadonlyMap<string, LeafStatistics>,
  leavesWithNaN: ReadonlySet<string>,
  clusterColumns: readonly string[] = [],
): string {
  const minimums = new JsonTree();
  const maximums = new JsonTree();
  const nullCounts = new JsonTree();
  const leaves = leavesOf(columns, []);
  const indexed = leaves.filter(
    ({ path }, index) => index < INDEXED_LEAF_COLUMNS || clusterColumns.includes(path.join('.')),
  );
  for (const leaf of indexed) {
    const path = leaf.path.map(quoteIdentifier).join('.');
    const statistics = leafStatistics.get(path);
    if (statistics !== undefined) {
      nullCounts.put(leaf.path, statistics['null_count']);
      // Spark orders NaN above all numbers. Parquet's bounds ignore it.
      if (!leavesWithNaN.has(path)) {
        minimums.put(leaf.path, boundText(leaf.type, statistics['min'], 'floor'));
        maximums.put(leaf.path, boundText(leaf.type, statistics['max'], 'ceiling'));
      }
    }
  }
  return `{"numRecords":${rows},"minValues":${minimums},"maxValues":${maximums},"nullCount":${nullCounts}}`;
}

function leavesOf(columns: readonly DeltaColumn[], parents: readonly string[]): Leaf[] {
  return columns.flatMap((column) => {
    const path = [...parents, column.name];
    switch (column.type.kind) {
      case 'struct':
        return leavesOf(column.type.fields, path);
      case 'array':
      case 'map':
      case 'variant':
        return [];
      default:
        return [{ path, type: column.type }];
    }
  });
}

/** A bound as JSON text. Undefined if there is no valid one. */
function boundText(type: DeltaType, text: string | undefined, rounding: 'floor' | 'ceiling'): string | undefined {
  if (text === undefined) {
    return undefined;
  }
  switch (type.kind) {
    case 'byte':
    case 'short':
    case 'integer':
    case 'long':
    case 'decimal':
      return /^-?\d+(\.\d+)?$/.test(text) ? text : undefined;
    case 'float':
      return floatBound(Math.fround(Number(text)), rounding);
    case 'double':
      return floatBound(Number(text), rounding);
    case 'date':
      return /^\d{4}-\d\d-\d\d$/.test(text) ? JSON.stringify(text) : undefined;
    case 'timestamp':
    case 'timestamp_ntz':
      return timestampBound(type.kind, text, rounding);
    case 'string':
    case 'varchar':
      return stringBound(text);
    default:
      return undefined;
  }
}

/**
 * A bound with all digits of the double, so a reader that takes the bound of a FLOAT for a double is not off. JSON has
 * no infinity. A zero gets the sign that encloses both zeros, as some readers order -0 before 0.
 */
function floatBound(value: number, rounding: 'floor' | 'ceiling'): string | undefined {
  if (value === 0) {
    return rounding === 'floor' ? '-0.0' : '0.0';
  }
  return Number.isFinite(value) ? String(value) : undefined;
}

/** Delta's bounds are in milliseconds. The minimum is rounded down and the maximum up, so they enclose every value. */
function timestampBound(
  kind: 'timestamp' | 'timestamp_ntz',
  text: string,
  rounding: 'floor' | 'ceiling',
): string | undefined {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:\+00)?$/.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, date, time, fraction = ''] = match;
  const microseconds = Number(fraction.padEnd(6, '0'));
  const roundUp = rounding === 'ceiling' && microseconds % 1000 > 0;
  const milliseconds = Date.parse(`${date}T${time}Z`) + Math.floor(microseconds / 1000) + (roundUp ? 1 : 0);
  const rounded = new Date(milliseconds).toISOString();
  // If the last millisecond of the year 9999 is rounded up, the year has five digits, which readers don't parse.
  if (rounded.length !== 24) {
    return undefined;
  }
  return JSON.stringify(kind === 'timestamp' ? rounded : rounded.slice(0, -1));
}

/**
 * Long bounds are omitted, as DuckDB has cut and rounded them, and so are bounds that UTF-16 and UTF-8 order
 * differently.
 */
function stringBound(text: string): string | undefined {
  return text.length < 256 && /^[\x20-\x7e]*$/.test(text) ? JSON.stringify(text) : undefined;
}

/** A nested JSON object whose leaves are JSON texts. */
class JsonTree {
  readonly #members = new Map<string, string | JsonTree>();

  put(path: readonly string[], text: string | undefined): void {
    const [name, ...rest] = path;
    if (name === undefined || text === undefined) {
      return;
    }
    if (rest.length === 0) {
      this.#members.set(name, text);
      return;
    }
    const member = this.#members.get(name);
    const child = member instanceof JsonTree ? member : new JsonTree();
    this.#members.set(name, child);
    child.put(rest, text);
  }

  toString(): string {
    return `{${[...this.#members].map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
  }
}
