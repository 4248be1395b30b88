import { ZerobusError } from '../errors/zerobusError.ts';
import { checkDefinition } from './checkDefinition.ts';
import { entryName, type FieldLayout, type MessageLayout } from './messageLayout.ts';
import type { TableDefinition } from './tableDefinition.ts';

/**
 * Returns the message of a table as the text of a `.proto` (proto2, without a package). `protoc` compiles it to the
 * same descriptor.
 *
 * It is proto2, because proto3 does not distinguish a missing value from a value that is zero or empty.
 *
 * @param definition a result of `defineTable` or `fetchTable`
 * @throws {@link ZerobusError} `INVALID_SCHEMA` if protoc gives the entries of two maps the same name, e.g. for `a_b`
 * and `aB`
 */
export function protoText(definition: TableDefinition<unknown>): string {
  checkDefinition('protoText', definition);
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
      `Table ${table}: a .proto cannot contain the map ${field.name}, because protoc also derives the name ${entryName(field.name)} from another column. Use the descriptor, or rename one of the two columns.`,
    );
  }
  return `map<${typeText(key)}, ${typeText(value)}>`;
}

/** The last part of the name is enough: it is unique among the messages of a table. */
function typeText({ type, typeName }: FieldLayout): string {
  return typeName?.slice(typeName.lastIndexOf('.') + 1) ?? type;
}

/** Returns the `json_name` that protoc gives a field by default. */
function defaultJsonName(name: string): string {
  return name.replace(/_+([^_]?)/g, (_, after: string) => after.toUpperCase());
}
