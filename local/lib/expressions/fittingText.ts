import { quoteLiteral } from '../duckdb/quoteSql.ts';
import type { DeltaType } from '../schema/deltaType.ts';

/** A text that is not too long for its type, padded if it is a CHAR. */
export function fittingText(sql: string, { length, isChar }: DeltaType & { kind: 'varchar' }, name: string): string {
  const problem = quoteLiteral(`${name} is computed as a text that is too long for it.`);
  return `CASE WHEN length(${sql}) > ${length} THEN error(${problem}) ELSE ${isChar ? `rpad(${sql}, ${length}, ' ')` : sql} END`;
}
