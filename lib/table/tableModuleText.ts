import type { ColumnType, StructField, TableColumn } from './columnType.ts';
import { defaultMessageName, messageNameOf, NameScope } from './messageNames.ts';
import type { TableDefinition } from './tableDefinition.ts';

/**
 * A table's definition as the text of a TypeScript module, which exports it and the type of its rows: `readingsTable`
 * and `ReadingsRow` for `main.iot.readings`. Loaded again, it is the same definition.
 */
export function tableModuleText(definition: TableDefinition<unknown>): string {
  const { name, columns, message } = definition;
  const imports = new Set(['defineTable', 'type RowOf']);
  const fields = fieldsText(columns, '', imports);
  const options = message.name === defaultMessageName(name) ? '' : `, { messageName: '${message.name}' }`;
  const base = messageNameOf(name.slice(name.lastIndexOf('.') + 1));
  // A table might be called `define`.
  const scope = new NameScope(imports);
  const table = scope.claim(`${base.charAt(0).toLowerCase()}${base.slice(1)}Table`);
  const row = scope.claim(`${base}Row`);
  const names = [...imports].sort((a, b) => (importedName(a) < importedName(b) ? -1 : 1));
  return [
    `// The table ${name}, as rxjs-zerobus has found it in Unity Catalog.`,
    '',
    `import { ${names.join(', ')} } from 'rxjs-zerobus';`,
    '',
    `/** The table ${name}. */`,
    `export const ${table} = defineTable('${name}', ${fields}${options});`,
    '',
    `/** A row of ${name}. */`,
    `export type ${row} = RowOf<typeof ${table}>;`,
    '',
  ].join('\n');
}

/** What imports are sorted by: the name in whatever case. */
function importedName(specifier: string): string {
  return specifier.replace('type ', '').toLowerCase();
}

/** An object literal with a column a line; notes what has to be imported for it. */
function fieldsText(fields: readonly (StructField | TableColumn)[], indent: string, imports: Set<string>): string {
  const inner = `${indent}  `;
  const lines = fields.map((field, index) => {
    const notNull = field.isNullable ? '' : '.notNull()';
    const numbered = 'fieldNumber' in field && field.fieldNumber !== index + 1 ? `.numbered(${field.fieldNumber})` : '';
    return `${inner}${keyText(field.name)}: ${typeText(field.type, inner, imports)}${notNull}${numbered},\n`;
  });
  return `{\n${lines.join('')}${indent}}`;
}

/** As a plain key, this one would set the object's prototype. */
function keyText(name: string): string {
  return name === '__proto__' ? "['__proto__']" : name;
}

function typeText(type: ColumnType, indent: string, imports: Set<string>): string {
  imports.add(type.kind);
  switch (type.kind) {
    case 'varchar':
      return `varchar(${type.length})`;
    case 'decimal':
      return `decimal(${type.precision}, ${type.scale})`;
    case 'array':
      return `array(${typeText(type.element, indent, imports)})`;
    case 'map':
      return `map(${typeText(type.key, indent, imports)}, ${typeText(type.value, indent, imports)})`;
    case 'struct':
      return `struct(${fieldsText(type.fields, indent, imports)})`;
    default:
      return `${type.kind}()`;
  }
}
