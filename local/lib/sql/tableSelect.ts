import { dataFilePath } from '../delta/dataFilePath.ts';
import type { AddAction } from '../delta/deltaAction.ts';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { duckDbType } from '../duckdb/duckDbType.ts';
import { listSql, mapSql, structSql } from '../duckdb/nestedSql.ts';
import { quoteIdentifier, quoteLiteral } from '../duckdb/quoteSql.ts';
import { WIDE_DECIMALS_FUNCTION_NAME } from '../duckdb/wideDecimalsFunction.ts';
import type { DeltaColumn, DeltaType } from '../schema/deltaType.ts';
import { storedType } from '../schema/storedType.ts';
import { partitionRead, partitionTexts } from './partitionValues.ts';
import { storedColumns } from './storedColumns.ts';

/** What DuckDB calls the position of a row's file among the files, and its position in the file. */
const placeColumns: readonly string[] = ['file_index', 'file_row_number'];

/** Options of {@link tableSelect}. */
export interface TableSelectOptions {
  /** The data files to read. Defaults to all of the snapshot. */
  readonly files?: readonly AddAction[];
  /**
   * Whether each row also has its place, as two more columns at the end: the position of its file in `files`, and its
   * position in this file. Defaults to false.
   */
  readonly hasPlaces?: boolean;
}

/**
 * The query that reads a Delta table as of the snapshot. Each column has its declared type.
 *
 * A column or struct field that a file lacks, because it was added to the table later, is NULL. One that only files
 * have is omitted. The values of partition columns are from the log, even if files have such columns.
 */
export function tableSelect(
  snapshot: DeltaSnapshot,
  columns: readonly DeltaColumn[],
  { files = [...snapshot.files.values()], hasPlaces = false }: TableSelectOptions = {},
): string {
  const partitioned = columns.filter(({ name }) => snapshot.partitionColumns.includes(name));
  const values: string[] = [];
  const declared: string[] = [];
  const stored = storedColumns(snapshot, columns);
  const prefix = freePrefix(stored);
  // Prevents a column from being taken for a table of the same name.
  const row = quoteIdentifier(`${prefix}row`);
  const partitionedInLog = partitioned.map((column) => stored[columns.indexOf(column)] as DeltaColumn);
  for (const [index, column] of columns.entries()) {
    const { type } = column;
    const name = quoteIdentifier(column.name);
    if (partitioned.includes(column)) {
      values.push(`${partitionRead(type, partitioned.indexOf(column), prefix)} AS ${name}`);
      continue;
    }
    const { name: storedName, type: typeInFiles } = stored[index] as DeltaColumn;
    const value = readExpression(type, typeInFiles, `${row}.${quoteIdentifier(storedName)}`, 0);
    values.push(`CAST(${value} AS ${duckDbType(type)}) AS ${name}`);
    declared.push(`CAST(NULL AS ${duckDbType(storedType(typeInFiles))}) AS ${quoteIdentifier(storedName)}`);
  }
  const isPartitioned = partitioned.length > 0;
  const [fileIndex, rowNumber] = ['file', 'number'].map((name) => quoteIdentifier(prefix + name)) as [string, string];
  const places = [...(isPartitioned || hasPlaces ? [fileIndex] : []), ...(hasPlaces ? [rowNumber] : [])];
  // A relation without rows that has every column and nested field, whatever the files have.
  const everything = `SELECT ${[...declared, ...places.map((place) => `CAST(NULL AS BIGINT) AS ${place}`)].join(', ')} WHERE false`;
  const paths = files.map(({ path }) => dataFilePath(snapshot.tablePath, path));
  const rows = [everything, ...fileSelects(paths, places, stored)].join(' UNION ALL BY NAME ');
  const select = `SELECT ${[...values, ...(hasPlaces ? places : [])].join(', ')} FROM (${rows}) AS ${row}`;
  return isPartitioned
    ? `${select} JOIN ${partitionTexts(files, partitionedInLog, prefix)} USING (${fileIndex})`
    : select;
}

/**
 * Paths of the table's live data files.
 *
 * @throws {@link DeltaLogError} if the log names one that is not a URI
 */
export function dataFiles(snapshot: DeltaSnapshot): readonly string[] {
  return Array.from(snapshot.files.keys(), (uri) => dataFilePath(snapshot.tablePath, uri));
}

/**
 * The expression that reads a stored value. A conversion is needed for variants, which the file stores as a group of
 * two binaries, and for fields that have another name in the file.
 *
 * @param type the type of the column
 * @param typeInFile the same type with the names of the file
 */
function readExpression(type: DeltaType, typeInFile: DeltaType, stored: string, depth: number): string {
  if (!needsConversion(type, typeInFile)) {
    return stored;
  }
  if (type.kind === 'array' && typeInFile.kind === 'array') {
    return listSql(stored, depth, (item) => readExpression(type.element, typeInFile.element, item, depth + 1));
  }
  if (type.kind === 'map' && typeInFile.kind === 'map') {
    return mapSql(
      stored,
      depth,
      (key) => readExpression(type.key, typeInFile.key, key, depth + 1),
      (value) => readExpression(type.value, typeInFile.value, value, depth + 1),
    );
  }
  if (type.kind === 'struct' && typeInFile.kind === 'struct') {
    const fields = type.fields.map(({ name, type: fieldType }, index) => {
      const { name: storedName, type: fieldInFile } = typeInFile.fields[index] as DeltaColumn;
      const field = `${stored}.${quoteIdentifier(storedName)}`;
      return { name, expression: readExpression(fieldType, fieldInFile, field, depth) };
    });
    return structSql(stored, fields);
  }
  return `CASE WHEN ${stored} IS NULL THEN NULL ELSE variant_bytes_to_variant(${stored}.metadata || ${WIDE_DECIMALS_FUNCTION_NAME}(${stored}."value")) END`;
}

/** What names can begin with that no column has: usually `$`. */
function freePrefix(stored: readonly DeltaColumn[]): string {
  let prefix = '$';
  while (stored.some(({ name }) => name.startsWith(prefix))) {
    prefix += '$';
  }
  return prefix;
}

/** The queries that read the files, with these places of their rows. */
function fileSelects(
  paths: readonly string[],
  places: readonly string[],
  stored: readonly DeltaColumn[],
): readonly string[] {
  if (paths.length === 0) {
    return [];
  }
  const names = new Set(stored.map(({ name }) => name.toLowerCase()));
  if (!placeColumns.slice(0, places.length).some((name) => names.has(name))) {
    const numbers = places.map((place, position) => `, CAST(${placeColumns[position]} AS BIGINT) AS ${place}`).join('');
    return [`SELECT *${numbers} FROM ${parquetSql(paths)}`];
  }
  return paths.map((path, index) => {
    // DuckDB numbers the rows as it reads them, which is in the order of the file.
    const numbers = [index, 'row_number() OVER () - 1']
      .slice(0, places.length)
      .map((value, position) => `, ${value} AS ${places[position]}`);
    return `SELECT *${numbers.join('')} FROM ${parquetSql([path])}`;
  });
}

function parquetSql(paths: readonly string[]): string {
  return `read_parquet([${paths.map(quoteLiteral).join(', ')}], hive_partitioning = false, union_by_name = true)`;
}

function needsConversion(type: DeltaType, typeInFile: DeltaType): boolean {
  if (type.kind === 'array' && typeInFile.kind === 'array') {
    return needsConversion(type.element, typeInFile.element);
  }
  if (type.kind === 'map' && typeInFile.kind === 'map') {
    return needsConversion(type.key, typeInFile.key) || needsConversion(type.value, typeInFile.value);
  }
  if (type.kind === 'struct' && typeInFile.kind === 'struct') {
    return type.fields.some((field, index) => {
      const inFile = typeInFile.fields[index] as DeltaColumn;
      return field.name !== inFile.name || needsConversion(field.type, inFile.type);
    });
  }
  return type.kind === 'variant';
}
