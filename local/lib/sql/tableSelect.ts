import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { duckDbType } from '../duckdb/duckDbType.ts';
import { quoteIdentifier, quoteLiteral } from '../duckdb/quoteSql.ts';
import { WIDE_DECIMALS_FUNCTION_NAME } from '../duckdb/wideDecimalsFunction.ts';
import { DeltaLogError } from '../errors.ts';
import type { DeltaColumn, DeltaType } from '../schema/deltaType.ts';
import { storedType } from '../schema/storedType.ts';

/** Prevents a column from being taken for a table of the same name. No column has a `$` in its name. */
const ROW_ALIAS = '"$row"';

/**
 * The query that reads a Delta table as of the snapshot. Each column has its declared type.
 *
 * A column or struct field that a file lacks, because it was added to the table later, is NULL. One that only files
 * have is omitted.
 */
export function tableSelect(snapshot: DeltaSnapshot, columns: readonly DeltaColumn[]): string {
  const files = dataFiles(snapshot);
  const values: string[] = [];
  const declared: string[] = [];
  for (const { name: columnName, type } of columns) {
    const name = quoteIdentifier(columnName);
    values.push(`CAST(${readExpression(type, `${ROW_ALIAS}.${name}`, 0)} AS ${duckDbType(type)}) AS ${name}`);
    declared.push(`CAST(NULL AS ${duckDbType(storedType(type))}) AS ${name}`);
  }
  // A relation without rows that has every column and nested field, whatever the files have.
  const everything = `SELECT ${declared.join(', ')} WHERE false`;
  const stored =
    files.length === 0
      ? everything
      : `${everything} UNION ALL BY NAME ` +
        `SELECT * FROM read_parquet([${files.map(quoteLiteral).join(', ')}], hive_partitioning = false, union_by_name = true)`;
  return `SELECT ${values.join(', ')} FROM (${stored}) AS ${ROW_ALIAS}`;
}

/**
 * Paths of the table's live data files.
 *
 * @throws {@link DeltaLogError} if the log names one that is not a URI
 */
export function dataFiles(snapshot: DeltaSnapshot): readonly string[] {
  return Array.from(snapshot.files.keys(), (uri) => {
    try {
      const path = uri.startsWith('file:') ? fileURLToPath(uri) : decodeURIComponent(uri);
      return isAbsolute(path) ? path : join(snapshot.tablePath, path);
    } catch (cause) {
      throw new DeltaLogError(
        `The Delta log of ${snapshot.tablePath} names the data file ${uri}, which is not a URI. Restore the log from a copy.`,
        { cause },
      );
    }
  });
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
