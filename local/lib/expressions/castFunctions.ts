import type { DeltaType } from '../schema/deltaType.ts';
import { castSql } from './castSql.ts';
import type { SqlFunction } from './functions.ts';

/** Functions that cast their argument, by their names in Databricks SQL. */
export const castFunctions: ReadonlyMap<string, SqlFunction> = new Map(
  Object.entries({
    tinyint: 'byte',
    smallint: 'short',
    int: 'integer',
    bigint: 'long',
    float: 'float',
    double: 'double',
    boolean: 'boolean',
    string: 'string',
    binary: 'binary',
    date: 'date',
    to_date: 'date',
    timestamp: 'timestamp',
    to_timestamp: 'timestamp',
  } as const).map(([name, kind]) => [name, castTo({ kind })] as const),
);

function castTo(type: DeltaType): SqlFunction {
  return (value, ...rest) => (rest.length > 0 || value === undefined ? undefined : castSql(value, type));
}
