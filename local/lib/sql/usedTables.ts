import type { TableName } from '../files/dataPaths.ts';
import { type QueryToken, queryTokens } from './queryTokens.ts';

/** Names of what lists tables instead of naming them. */
const listing = /^(show|information_schema|pg_.*|sqlite_.*|(duckdb|pragma)_.*)$/;

/** Names of functions whose argument is a query or the name of a table. */
const indirect: ReadonlySet<string> = new Set(['query', 'query_table']);

/**
 * The tables that a query may read: those whose names it contains, with any part of the name that it gives. A column of
 * the same name is taken for the table too, so there may be more than the query reads, but never fewer.
 */
export function usedTables(sql: string, tables: readonly TableName[]): readonly TableName[] {
  const tokens = queryTokens(sql);
  const names = new Set(tokens.map(({ name }) => name));
  if ([...names].some((name) => name !== undefined && listing.test(name))) {
    return tables;
  }
  const texts = [...indirect].some((name) => names.has(name))
    ? tokens.filter(({ name }) => name === undefined).map(({ text }) => text.toLowerCase())
    : [];
  return tables.filter(
    (table) =>
      tokens.some((_, index) => isNamed(tokens, index, table)) ||
      texts.some((text) => text.includes(table.name.toLowerCase())),
  );
}

/** Whether the token is the last part of the table's name, and the parts before it are the table's as well. */
function isNamed(tokens: readonly QueryToken[], index: number, table: TableName): boolean {
  if (tokens[index]?.name !== table.name.toLowerCase()) {
    return false;
  }
  const schema = partBefore(tokens, index);
  const catalog = schema === undefined ? undefined : partBefore(tokens, index - 2);
  const isSchema = schema === undefined || schema === table.schema.toLowerCase();
  const isCatalog = catalog === undefined || catalog === table.catalog.toLowerCase();
  return isSchema && isCatalog;
}

function partBefore(tokens: readonly QueryToken[], index: number): string | undefined {
  return tokens[index - 1]?.text === '.' ? tokens[index - 2]?.name : undefined;
}
