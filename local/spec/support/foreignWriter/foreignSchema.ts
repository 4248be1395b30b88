/** A field of a Delta schema, as in its JSON. */
export interface ForeignField {
  readonly name: string;
  readonly type: string | ForeignStruct;
  readonly nullable: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A struct of a Delta schema, or the schema itself. */
export interface ForeignStruct {
  readonly type: 'struct';
  readonly fields: readonly ForeignField[];
}

const typeNames: Readonly<Record<string, string>> = {
  integer: 'INTEGER',
  long: 'BIGINT',
  string: 'VARCHAR',
};

/** Reads a `schemaString`. */
export function parseForeignSchema(schemaString: string): ForeignStruct {
  return JSON.parse(schemaString) as ForeignStruct;
}

/** DuckDB's type for a Delta type of these tables. */
export function foreignSqlType(type: string | ForeignStruct): string {
  if (typeof type !== 'string') {
    return `STRUCT(${type.fields.map((field) => `"${field.name}" ${foreignSqlType(field.type)}`).join(', ')})`;
  }
  const name = typeNames[type];
  if (name === undefined) {
    throw new Error(`the foreign writer has no type ${type}: add it to its schema.`);
  }
  return name;
}

/** The schema with one top-level field changed. */
export function changeField(
  schema: ForeignStruct,
  name: string,
  change: (field: ForeignField) => ForeignField,
): ForeignStruct {
  return { type: 'struct', fields: schema.fields.map((field) => (field.name === name ? change(field) : field)) };
}

/** The schema with an additional nullable field. */
export function addField(schema: ForeignStruct, name: string, type: string): ForeignStruct {
  return { type: 'struct', fields: [...schema.fields, { name, type, nullable: true, metadata: {} }] };
}
