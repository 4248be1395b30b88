import { ZerobusError } from '../errors/zerobusError.ts';
import { entryName, type FieldLayout, type MessageLayout } from './messageLayout.ts';
import type { TableDefinition } from './tableDefinition.ts';

/**
 * A table's message as the text of a `.proto` (proto2, without a package), of which `protoc` makes the same descriptor.
 *
 * proto2, since proto3 does not tell a value that is zero or empty from one that is missing.
 *
 * @param definition by `defineTable` or `fetchTable`
 * @throws {@link ZerobusError} `INVALID_SCHEMA` where two maps have names, such as `a_b` and `aB`, that protoc can't
 * tell apart
 */
export function protoText(definition: TableDefinition<unknown>): string {
  const { name, message } = definition;
  const lines = [`// The table ${name}.`, '', 'syntax = "proto2";', '', ...messageLines(message, '', name)];
  return `${lines.join('\n')}\n`;
}

function messageLines(message: MessageLayout, indent: string, table: string): string[] {
  const inner = `${indent}  `;
  const structs = message.nested.filter(({ isMapEntry }) => !isMapEntry);
  return [
    `${indent}message ${message.name} {`,
    ...structs.flatMap((nested) => [...messageLines(nested, inner, table), '']),
    ...message.fields.map((field) => `${inner}${fieldText(message, field, table)}`),
    `${indent}}`,
  ];
}

function fieldText(message: MessageLayout, field: FieldLayout, table: string): string {
  const jsonName = field.name === defaultJsonName(field.name) ? '' : ` [json_name = "${field.name}"]`;
  return `${labeledType(message, field, table)} ${field.name} = ${field.number}${jsonName};`;
}

function labeledType(message: MessageLayout, field: FieldLayout, table: string): string {
  const entry = message.nested.find(
    ({ name, isMapEntry }) => isMapEntry && field.typeName?.endsWith(`.${message.name}.${name}`),
  );
  if (entry === undefined) {
    return `${field.label} ${typeText(field)}`;
  }
  const [key, value] = entry.fields;
  if (key === undefined || value === undefined || entry.name !== entryName(field.name)) {
    throw new ZerobusError(
      'INVALID_SCHEMA',
      `Table ${table}: a .proto can't hold the map ${field.name} beside another column whose name makes ${entryName(field.name)} too`,
    );
  }
  return `map<${typeText(key)}, ${typeText(value)}>`;
}

/** The last part of a name says enough: no two messages of a table share it. */
function typeText({ type, typeName }: FieldLayout): string {
  return typeName?.slice(typeName.lastIndexOf('.') + 1) ?? type;
}

/** What protoc makes the `json_name` of a field that does not say it. */
function defaultJsonName(name: string): string {
  return name.replace(/_+([^_]?)/g, (_, after: string) => after.toUpperCase());
}
