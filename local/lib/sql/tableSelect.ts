import { dataFilePath } from '../delta/dataFilePath.ts';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { duckDbType } from '../duckdb/duckDbType.ts';
import { quoteIdentifier, quoteLiteral } from '../duckdb/quoteSql.ts';
import { WIDE_DECIMALS_FUNCTION_NAME } from '../duckdb/wideDecimalsFunction.ts';
import type { DeltaColumn, DeltaType } from '../schema/deltaType.ts';
import { storedType } from '../schema/storedType.ts';
import { partitionRead, partitionTexts } from './partitionValues.ts';

/** Prevents a column from being taken for a table of the same name. No column has a `$` in its name. */
const ROW_ALIAS = '"$row"';

/** The position of a row's file in the list of files. */
const FILE_INDEX = '"$file"';

/**
 * The query that reads a Delta table as of the snapshot. Each column has its declared type.
 *
 * A column or struct field that a file lacks, because it was added to the table later, is NULL. One that only files
 * have is omitted. The values of partition columns are from the log, even if files have such columns.
 */
export function tableSelect(snapshot: DeltaSnapshot, columns: readonly DeltaColumn[]): string {
  const files = dataFiles(snapshot);
  const partitioned = columns.filter(({ name }) => snapshot.partitionColumns.includes(name));
  const values: string[] = [];
  const declared: string[] = [];
  for (const column of columns) {
    const { type } = column;
    const name = quoteIdentifier(column.name);
    if (partitioned.includes(column)) {
      values.push(`${partitionRead(type, partitioned.indexOf(column))} AS ${name}`);
      continue;
    }
    values.push(`CAST(${readExpression(type, `${ROW_ALIAS}.${name}`, 0)} AS ${duckDbType(type)}) AS ${name}`);
    declared.push(`CAST(NULL AS ${duckDbType(storedType(type))}) AS ${name}`);
  }
  // A relation without rows that has every column and nested field, whatever the files have.
  const isPartitioned = partitioned.length > 0;
  const fileIndex = isPartitioned ? `, CAST(NULL AS BIGINT) AS ${FILE_INDEX}` : '';
  const everything = `SELECT ${declared.join(', ')}${fileIndex} WHERE false`;
  const stored =
    files.length === 0
      ? everything
      : `${everything} UNION ALL BY NAME SELECT *${isPartitioned ? `, CAST(file_index AS BIGINT) AS ${FILE_INDEX}` : ''} ` +
        `FROM read_parquet([${files.map(quoteLiteral).join(', ')}], hive_partitioning = false, union_by_name = true)`;
  const select = `SELECT ${values.join(', ')} FROM (${stored}) AS ${ROW_ALIAS}`;
  return isPartitioned ? `${select} JOIN ${partitionTexts(snapshot, partitioned)} USING (${FILE_INDEX})` : select;
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
 * The expression that reads a stored value. Only variants, which the file stores as a group of two binaries, need a
 * conversion.
 */
function readExpression(type: DeltaType, stored: string, depth: number): string {
  if (!containsVariant(type)) {
    return stored;
  }
  switch (type.kind) {
    case 'array': {
      const item = `"$item${depth}"`;
      return `list_transform(${stored}, lambda ${item}: ${readExpression(type.element, item, depth + 1)})`;
    }
    case 'map': {
      const entry = `"$entry${depth}"`;
      const value = readExpression(type.value, `${entry}."value"`, depth + 1);
      return `map_from_entries(list_transform(map_entries(${stored}), lambda ${entry}: {'key': ${entry}."key", 'value': ${value}}))`;
    }
    case 'struct': {
      const fields = type.fields.map(
        (field) =>
          `${quoteLiteral(field.name)}: ${readExpression(field.type, `${stored}.${quoteIdentifier(field.name)}`, depth)}`,
      );
      return `CASE WHEN ${stored} IS NULL THEN NULL ELSE {${fields.join(', ')}} END`;
    }
    default:
      return `CASE WHEN ${stored} IS NULL THEN NULL ELSE variant_bytes_to_variant(${stored}.metadata || ${WIDE_DECIMALS_FUNCTION_NAME}(${stored}."value")) END`;
  }
}

function containsVariant(type: DeltaType): boolean {
  switch (type.kind) {
    case 'variant':
      return true;
    case 'array':
      return containsVariant(type.element);
    case 'map':
      return containsVariant(type.value);
    case 'struct':
      return type.fields.some((field) => containsVariant(field.type));
    default:
      return false;
  }
}
