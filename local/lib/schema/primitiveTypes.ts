import type { PrimitiveName } from './deltaType.ts';

/** The names of a primitive Delta type outside of the Delta log. */
export interface PrimitiveType {
  /** The name in SQL and in error messages. */
  readonly sqlName: string;
  /** A second name in SQL. */
  readonly sqlAlias?: string;
  /** The `type_name` in Unity Catalog. */
  readonly catalogName: string;
}

/** The primitive types by their names in the Delta schema JSON. */
export const primitiveTypes: Readonly<Record<PrimitiveName, PrimitiveType>> = {
  byte: { sqlName: 'TINYINT', sqlAlias: 'BYTE', catalogName: 'BYTE' },
  short: { sqlName: 'SMALLINT', sqlAlias: 'SHORT', catalogName: 'SHORT' },
  integer: { sqlName: 'INT', sqlAlias: 'INTEGER', catalogName: 'INT' },
  long: { sqlName: 'BIGINT', sqlAlias: 'LONG', catalogName: 'LONG' },
  float: { sqlName: 'FLOAT', sqlAlias: 'REAL', catalogName: 'FLOAT' },
  double: { sqlName: 'DOUBLE', catalogName: 'DOUBLE' },
  string: { sqlName: 'STRING', catalogName: 'STRING' },
  boolean: { sqlName: 'BOOLEAN', catalogName: 'BOOLEAN' },
  binary: { sqlName: 'BINARY', catalogName: 'BINARY' },
  date: { sqlName: 'DATE', catalogName: 'DATE' },
  timestamp: { sqlName: 'TIMESTAMP', sqlAlias: 'TIMESTAMP_LTZ', catalogName: 'TIMESTAMP' },
  timestamp_ntz: { sqlName: 'TIMESTAMP_NTZ', catalogName: 'TIMESTAMP_NTZ' },
  variant: { sqlName: 'VARIANT', catalogName: 'VARIANT' },
};

/** The primitive types by their names in SQL, in capitals. */
export const primitiveOfSqlName: ReadonlyMap<string, PrimitiveName> = new Map(
  (Object.entries(primitiveTypes) as [PrimitiveName, PrimitiveType][]).flatMap(([name, { sqlName, sqlAlias }]) =>
    [sqlName, sqlAlias].flatMap((text) => (text === undefined ? [] : [[text, name] as const])),
  ),
);

/** Whether a name in the Delta schema JSON is the name of a primitive type. */
export function isPrimitiveName(name: string): name is PrimitiveName {
  return Object.hasOwn(primitiveTypes, name);
}
