import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { duckDbType } from '../duckdb/duckDbType.ts';
import { quoteIdentifier, quoteLiteral } from '../duckdb/quoteSql.ts';
import { wideDecimalsFunctionName } from '../duckdb/wideDecimalsFunction.ts';
import type { Column, DeltaType } from '../schema/deltaType.ts';

/** Keeps a column from being taken for a table of its name. No column has a `$` in its name. */
const rowAlias = '"$row"';

/** The query that reads a Delta table as it stands in the snapshot, each column of its declared type. */
export function tableSelect(snapshot: DeltaSnapshot, columns: readonly Column[]): string {
  const files = dataFiles(snapshot);
  const values = columns.map((column) => {
    const name = quoteIdentifier(column.name);
    return `CAST(${files.length === 0 ? 'NULL' : readExpression(column.type, `${rowAlias}.${name}`, 0)} AS ${duckDbType(column.type)}) AS ${name}`;
  });
  const source =
    files.length === 0
      ? 'WHERE false'
      : `FROM read_parquet([${files.map(quoteLiteral).join(', ')}], hive_partitioning = false, union_by_name = true) AS ${rowAlias}`;
  return `SELECT ${values.join(', ')} ${source}`;
}

/** Paths of the table's live data files. */
export function dataFiles(snapshot: DeltaSnapshot): readonly string[] {
  return Array.from(snapshot.files.values(), (file) => {
    if (file.path.startsWith('file:')) {
      return fileURLToPath(file.path);
    }
    const path = decodeURIComponent(file.path);
    return isAbsolute(path) ? path : join(snapshot.tablePath, path);
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
      return `CASE WHEN ${stored} IS NULL THEN NULL ELSE variant_bytes_to_variant(${stored}.metadata || ${wideDecimalsFunctionName}(${stored}."value")) END`;
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
