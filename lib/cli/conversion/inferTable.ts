import { shorten } from '../../errors/shorten.ts';
import { ZerobusError } from '../../errors/zerobusError.ts';
import type { InputRecord } from '../reading/recordReader.ts';
import {
  type InferredType,
  inferredSql,
  isColumnName,
  mergedFields,
  quoted,
  typeOfField,
  typeOfJson,
} from './inferredType.ts';
import { parseExactJson } from './parseExactJson.ts';

/**
 * Infers the table of records.
 *
 * @param table `catalog.schema.table`
 * @param records the first records of an input. Those that are not JSON objects are left out
 * @param header the names of their fields, if they are CSV
 * @returns its `CREATE TABLE` statement. Each column is nullable
 * @throws {@link ZerobusError} `INVALID_SCHEMA` if there is no record, or a name that cannot be that of a column
 */
export function inferTable(
  table: string,
  records: readonly InputRecord[],
  header: readonly string[] | undefined,
): string {
  // Text has the values of all fields of CSV.
  const mixed: InferredType = { kind: header === undefined ? 'variant' : 'string' };
  const columns = records
    .map((record) => typesOf(record, header))
    .reduce((a, b) => mergedFields(a, b, mixed), new Map<string, InferredType>());
  if (columns.size === 0) {
    throw invalid('There is no record to infer a table from. Create a table, and pass --table.');
  }
  const wrong = [...columns.keys()].find((name) => !isColumnName(name));
  if (wrong !== undefined) {
    const name = shorten(JSON.stringify(wrong), 100);
    throw invalid(
      `${name} cannot be the name of a column: it must have letters, digits and underscores only. Rename it.`,
    );
  }
  const lines = [...columns].map(([name, type]) => `  ${quoted(name)} ${inferredSql(type)}`);
  return `CREATE TABLE ${table} (\n${lines.join(',\n')}\n);`;
}

function typesOf(record: InputRecord, header: readonly string[] = []): ReadonlyMap<string, InferredType> {
  if (typeof record !== 'string') {
    return new Map(header.map((name, index) => [name, typeOfField(record[index] ?? '')]));
  }
  const value = objectOf(record);
  return new Map(Object.entries(value).map(([name, each]) => [name, typeOfJson(each)]));
}

function objectOf(line: string): object {
  try {
    const value: unknown = parseExactJson(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}

function invalid(message: string): ZerobusError {
  return new ZerobusError('INVALID_SCHEMA', message);
}
