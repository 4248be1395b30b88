import { type FileHandle, open } from 'node:fs/promises';
import { quoteIdentifier } from '../duckdb/quoteSql.ts';
import {
  decodeThriftStruct,
  encodeThriftStruct,
  type ThriftList,
  type ThriftStruct,
  type ThriftValue,
} from './thriftCompact.ts';

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

/** The footer's length and the magic number, at the end of every Parquet file. */
const TAIL_BYTES = 8;

/**
 * Rewrites the footer of a Parquet file so that no reader concludes that a FLOAT or DOUBLE column lacks a value that it
 * contains.
 *
 * In SQL, -0 and 0 are the same value, but their bytes differ, and bloom filters, dictionaries and some bounds compare
 * bytes: Spark skips a file with -0 when it looks for 0. So these columns lose their bloom filters, and their bounds of
 * zero get the sign that encloses both zeros. The encodings also list PLAIN, in which the dictionary itself is written:
 * readers search the dictionary only if a column does not list it. The pages stay as they are.
 *
 * @returns paths of the columns that contain NaN, such as `"st"."x"`. No bounds can express NaN, as readers order it
 * differently.
 */
export async function mendFloatColumns(path: string): Promise<ReadonlySet<string>> {
  // The file is opened for appending, so the new footer replaces the one that is cut off, completely or with an error.
  const file = await open(path, 'a+');
  try {
    const { size } = await file.stat();
    const length = (await readBytes(file, size - TAIL_BYTES, 4)).readUInt32LE();
    const start = size - TAIL_BYTES - length;
    const metaData = decodeThriftStruct(await readBytes(file, start, length));
    const floats = list(metaData, FileMetaData.rowGroups)
      .flatMap((rowGroup) => list(rowGroup as ThriftStruct, RowGroup.columns))
      .map((chunk) => struct(chunk as ThriftStruct, ColumnChunk.metaData))
      .filter((column) => floatTypes.has(value(column, ColumnMetaData.type) ?? -1n));
    if (floats.length === 0) {
      return new Set();
    }
    const withNaN = floats.filter(holdsNaN).map((column) => columnPath(column));
    floats.forEach(mendColumn);
    const footer = encodeThriftStruct(metaData);
    const tail = Buffer.from('\0\0\0\0PAR1', 'latin1');
    tail.writeUInt32LE(footer.length);
    await file.truncate(start);
    await file.appendFile(Buffer.concat([footer, tail]));
    return new Set(withNaN);
  } finally {
    await file.close();
  }
}

/**
 * DuckDB omits the bounds of a column in a row group if, and only if, the column has NaN or nothing but nulls there.
 */
function holdsNaN(column: ThriftStruct): boolean {
  const statistics = struct(column, ColumnMetaData.statistics);
  const isAllNull = value(statistics, Statistics.nullCount) === value(column, ColumnMetaData.numValues);
  return !isAllNull && !(statistics.has(Statistics.minValue) && statistics.has(Statistics.maxValue));
}

function mendColumn(column: ThriftStruct): void {
  column.delete(ColumnMetaData.bloomFilterOffset);
  column.delete(ColumnMetaData.bloomFilterLength);
  // These count the pages by encoding, and would distinguish the dictionary's pages from others after all.
  column.delete(ColumnMetaData.encodingStats);
  const encodings = list(column, ColumnMetaData.encodings);
  if (!encodings.includes(PLAIN_ENCODING)) {
    encodings.push(PLAIN_ENCODING);
  }
  const statistics = struct(column, ColumnMetaData.statistics);
  signZero(statistics, Statistics.min, 0x80);
  signZero(statistics, Statistics.minValue, 0x80);
  signZero(statistics, Statistics.max, 0);
  signZero(statistics, Statistics.maxValue, 0);
}

/** Sets the highest byte of a bound that is a zero of either sign. */
function signZero(statistics: ThriftStruct, id: number, highestByte: number): void {
  const bound = value(statistics, id);
  if (
    Buffer.isBuffer(bound) &&
    bound.every((byte, index) => byte === 0 || (index === bound.length - 1 && byte === 0x80))
  ) {
    bound[bound.length - 1] = highestByte;
  }
}

function columnPath(column: ThriftStruct): string {
  return list(column, ColumnMetaData.pathInSchema)
    .map((name) => quoteIdentifier(String(name)))
    .join('.');
}

function value(parent: ThriftStruct, id: number): ThriftValue | undefined {
  return parent.get(id)?.value;
}

function struct(parent: ThriftStruct, id: number): ThriftStruct {
  const found = value(parent, id);
  return found instanceof Map ? found : new Map();
}

function list(parent: ThriftStruct, id: number): ThriftValue[] {
  return (value(parent, id) as ThriftList | undefined)?.values ?? [];
}

async function readBytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
