import type { ColumnType, StructField, TableColumn } from './columnType.ts';
import { defaultMessageName, messageNameOf, NameScope } from './messageNames.ts';
import type { TableDefinition } from './tableDefinition.ts';

/**
 * Returns the text of a TypeScript module that exports a table's definition and the type of its rows: `readingsTable`
 * and `ReadingsRow` for `main.iot.readings`. The definition in the module equals the given one.
 */
export function tableModuleText(definition: TableDefinition<unknown>): string {
  const { name, columns, message } = definition;
  const options = message.name === defaultMessageName(name) ? '' : `, { messageName: '${message.name}' }`;
  const base = messageNameOf(name.slice(name.lastIndexOf('.') + 1));
  // The name of a table can be `define`.
  const scope = new NameScope(['defineTable']);
  const table = scope.claim(`${base.charAt(0).toLowerCase()}${base.slice(1)}Table`);
  const row = scope.claim(`${base}Row`);
  return [
    `// The table ${name}, as rxjs-zerobus found it in Unity Catalog.`,
    '',
    "import { defineTable, type RowOf } from 'rxjs-zerobus';",
    '',
    `/** The table ${name}. */`,
    `export const ${table} = defineTable('${name}', (t) => (${fieldsText(columns, '')})${options});`,
    '',
    `/** A row of ${name}. */`,
    `export type ${row} = RowOf<typeof ${table}>;`,
    '',
  ].join('\n');
}

/** Returns an object literal with one column a line. */
function fieldsText(fields: readonly (StructField | TableColumn)[], indent: string): string {
  const inner = `${indent}  `;
  const lines = fields.map((field, index) => {
    const notNull = field.isNullable ? '' : '.notNull()';
    const numbered = 'fieldNumber' in field && field.fieldNumber !== index + 1 ? `.numbered(${field.fieldNumber})` : '';
    return `${inner}${keyText(field.name)}: ${typeText(field.type, inner)}${notNull}${numbered},\n`;
  });
  return `{\n${lines.join('')}${indent}}`;
}

/** Quotes `__proto__`: as a plain key, it would set the prototype of the object. */
function keyText(name: string): string {
  return name === '__proto__' ? "['__proto__']" : name;
}

function typeText(type: ColumnType, indent: string): string {
  switch (type.kind) {
    case 'varchar':
      return `t.varchar(${type.length})`;
    case 'decimal':
      return `t.decimal(${type.precision}, ${type.scale})`;
    case 'array':
      return `t.array(${typeText(type.element, indent)})`;
    case 'map':
      return `t.map(${typeText(type.key, indent)}, ${typeText(type.value, indent)})`;
    case 'struct':
      return `t.struct(${fieldsText(type.fields, indent)})`;
    default:
      return `t.${type.kind}()`;
  }
}
