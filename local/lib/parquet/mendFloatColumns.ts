import { quoteIdentifier } from '../duckdb/quoteSql.ts';
import { listIn, structIn, valueIn } from './parquetFooter.ts';
import type { ThriftStruct, ThriftValue } from './thriftCompact.ts';

/** Field numbers of Parquet's Thrift definitions, by struct. */
const FileMetaData = { rowGroups: 4 } as const;
const RowGroup = { columns: 1 } as const;
const ColumnChunk = { metaData: 3 } as const;
const ColumnMetaData = {
  type: 1,
  encodings: 2,
  pathInSchema: 3,
  numValues: 5,
  statistics: 12,
  encodingStats: 13,
  bloomFilterOffset: 14,
  bloomFilterLength: 15,
} as const;
/** `max` and `min` are the older names of the same bounds. */
const Statistics = { max: 1, min: 2, nullCount: 3, maxValue: 5, minValue: 6 } as const;

/** Parquet's physical types FLOAT and DOUBLE. */
const floatTypes: ReadonlySet<ThriftValue> = new Set([4n, 5n]);

const PLAIN_ENCODING = 0n;

/**
 * Changes the footer of a Parquet file so that no reader concludes that a FLOAT or DOUBLE column lacks a value that it
 * contains.
 *
 * In SQL, -0 and 0 are the same value, but their bytes differ, and bloom filters, dictionaries and some bounds compare
 * bytes: Spark skips a file with -0 when it looks for 0. So these columns lose their bloom filters, and their bounds of
 * zero get the sign that encloses both zeros. The encodings also list PLAIN, in which the dictionary itself is written:
 * readers search the dictionary only if a column does not list it. The pages stay as they are.
 *
 * @param metaData the footer's `FileMetaData`
 * @returns paths of the columns that contain NaN, such as `"st"."x"`. No bounds can express NaN, as readers order it
 * differently. Undefined if there are no such columns to change.
 */
export function mendFloatColumns(metaData: ThriftStruct): ReadonlySet<string> | undefined {
  const floats = listIn(metaData, FileMetaData.rowGroups)
    .flatMap((rowGroup) => listIn(rowGroup as ThriftStruct, RowGroup.columns))
    .map((chunk) => structIn(chunk as ThriftStruct, ColumnChunk.metaData))
    .filter((column) => floatTypes.has(valueIn(column, ColumnMetaData.type) ?? -1n));
  if (floats.length === 0) {
    return undefined;
  }
  const withNaN = new Set(floats.filter(holdsNaN).map(columnPath));
  floats.forEach(mendColumn);
  return withNaN;
}

/**
 * DuckDB omits the bounds of a column in a row group if, and only if, the column has NaN or nothing but nulls there.
 */
function holdsNaN(column: ThriftStruct): boolean {
  const statistics = structIn(column, ColumnMetaData.statistics);
  const isAllNull = valueIn(statistics, Statistics.nullCount) === valueIn(column, ColumnMetaData.numValues);
  return !isAllNull && !(statistics.has(Statistics.minValue) && statistics.has(Statistics.maxValue));
}

function mendColumn(column: ThriftStruct): void {
  column.delete(ColumnMetaData.bloomFilterOffset);
  column.delete(ColumnMetaData.bloomFilterLength);
  // These count the pages by encoding, and would distinguish the dictionary's pages from others after all.
  column.delete(ColumnMetaData.encodingStats);
  const encodings = listIn(column, ColumnMetaData.encodings);
  if (!encodings.includes(PLAIN_ENCODING)) {
    encodings.push(PLAIN_ENCODING);
  }
  const statistics = structIn(column, ColumnMetaData.statistics);
  signZero(statistics, Statistics.min, 0x80);
  signZero(statistics, Statistics.minValue, 0x80);
  signZero(statistics, Statistics.max, 0);
  signZero(statistics, Statistics.maxValue, 0);
}

/** Sets the highest byte of a bound that is a zero of either sign. */
function signZero(statistics: ThriftStruct, id: number, highestByte: number): void {
  const bound = valueIn(statistics, id);
  if (
    Buffer.isBuffer(bound) &&
    bound.every((byte, index) => byte === 0 || (index === bound.length - 1 && byte === 0x80))
  ) {
    bound[bound.length - 1] = highestByte;
  }
}

function columnPath(column: ThriftStruct): string {
  return listIn(column, ColumnMetaData.pathInSchema)
    .map((name) => quoteIdentifier(String(name)))
    .join('.');
}
