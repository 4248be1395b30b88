import { quoteLiteral } from './quoteSql.ts';

/**
 * Converts each item of a list.
 *
 * @param depth the number of lists and maps around this one, which keeps the names in nested lambdas distinct
 */
export function listSql(list: string, depth: number, convert: (item: string) => string): string {
  const item = `"$item${depth}"`;
  return `list_transform(${list}, lambda ${item}: ${convert(item)})`;
}

/**
 * Converts each key and value of a map.
 *
 * @param depth the number of lists and maps around this one, which keeps the names in nested lambdas distinct
 */
export function mapSql(
  map: string,
  depth: number,
  convertKey: (key: string) => string,
  convertValue: (value: string) => string,
): string {
  const entry = `"$entry${depth}"`;
  const fields = `{'key': ${convertKey(`${entry}."key"`)}, 'value': ${convertValue(`${entry}."value"`)}}`;
  return `map_from_entries(list_transform(map_entries(${map}), lambda ${entry}: ${fields}))`;
}

/** Makes a struct of the fields, or NULL of one that is NULL. */
export function structSql(
  struct: string,
  fields: readonly { readonly name: string; readonly expression: string }[],
): string {
  const values = fields.map(({ name, expression }) => `${quoteLiteral(name)}: ${expression}`);
  return `CASE WHEN ${struct} IS NULL THEN NULL ELSE {${values.join(', ')}} END`;
}
