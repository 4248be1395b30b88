import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { duckDbType } from '../duckdb/duckDbType.ts';
import { quoteIdentifier, quoteLiteral } from '../duckdb/quoteSql.ts';
import { WIDE_DECIMALS_FUNCTION_NAME } from '../duckdb/wideDecimalsFunction.ts';
import { DeltaLogError } from '../errors.ts';
import type { DeltaColumn, DeltaType } from '../schema/deltaType.ts';
import { storedType } from './storedType.ts';

/** Keeps a column from being taken for a table of its name. No column has a `$` in its name. */
const ROW_ALIAS = '"$row"';

/**
 * The query that reads a Delta table as it stands in the snapshot, each column of its declared type.
 *
 * A column or a struct's field that a file doesn't have, as it was added to the table later, is NULL; one that only
 * files have is left out.
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
  // A relation without rows that has everything, nested fields included, whatever the files have.
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
 * @throws DeltaLogError if the log has one that is no URI
 */
export function dataFiles(snapshot: DeltaSnapshot): readonly string[] {
  return Array.from(snapshot.files.keys(), (uri) => {
    try {
      const path = uri.startsWith('file:') ? fileURLToPath(uri) : decodeURIComponent(uri);
      return isAbsolute(path) ? path : join(snapshot.tablePath, path);
    } catch (cause) {
      throw new DeltaLogError(
        `the Delta log of ${snapshot.tablePath} has a data file of the path ${uri}, which is no URI. Restore the log from a copy.`,
        { cause },
      );
    }
  });
}

/** The expression for a stored value: as it is, but for variants, which lie in the file as a group of two binaries. */
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
