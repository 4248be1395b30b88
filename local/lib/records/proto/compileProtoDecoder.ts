import type { DeltaColumn, DeltaType } from '../../schema/deltaType.ts';
import { computedProblem, isRequired, partitionRule, type TextRule } from '../columnRules.ts';
import { nameHint } from '../nameHint.ts';
import { fieldPlace, malformed, type Place, RecordError, type SchemaCause } from '../recordError.ts';
import { protoForm } from '../valueForm.ts';
import { compileScalarDecoder } from './compileScalarDecoder.ts';
import { type FieldDescriptor, FieldType, type MessageDescriptor } from './descriptor.ts';
import { MessageListDecoder, ScalarListDecoder } from './listDecoders.ts';
import { MapDecoder } from './mapDecoder.ts';
import { MessageDecoder, type MessageField } from './messageDecoder.ts';
import { MessageTypes } from './messageTypes.ts';
import type { CompositeDecoder, ProtoDecoder, ScalarDecoder } from './protoDecoder.ts';
import { refusingDecoder } from './refusingDecoder.ts';

/**
 * Checks a descriptor against a table's columns, and compiles the decoder that converts such messages to row lines.
 * Fields and columns are matched by name. Columns that the descriptor does not have are NULL.
 *
 * @param partitionColumns the columns that the table is partitioned by. Defaults to none.
 * @throws {@link RecordError} if the descriptor does not fit; it names every problem
 */
export function compileProtoDecoder(
  descriptor: MessageDescriptor,
  columns: readonly DeltaColumn[],
  partitionColumns: readonly string[] = [],
): MessageDecoder {
  const types = new MessageTypes(descriptor);
  const { problem } = types;
  if (problem !== undefined) {
    throw malformed(problem, 'descriptor_proto');
  }
  return new ProtoCompiler(types, descriptor, partitionColumns).compile(columns);
}

class ProtoCompiler {
  readonly #types: MessageTypes;
  readonly #root: MessageDescriptor;
  readonly #partitionColumns: readonly string[];
  readonly #problems: string[] = [];
  readonly #causes: SchemaCause[] = [];

  constructor(types: MessageTypes, root: MessageDescriptor, partitionColumns: readonly string[]) {
    this.#types = types;
    this.#root = root;
    this.#partitionColumns = partitionColumns;
  }

  compile(columns: readonly DeltaColumn[]): MessageDecoder {
    const message = this.#message(this.#root, columns, () => '');
    if (this.#problems.length > 0) {
      throw new RecordError(this.#problems.join('; '), 'descriptor_proto', this.#causes);
    }
    return message;
  }

  #message(message: MessageDescriptor, columns: readonly DeltaColumn[], place: Place): MessageDecoder {
    const fieldOfName = new Map(message.fields.map((field) => [field.name, field]));
    const fields: MessageField[] = [];
    for (const column of columns) {
      const { name } = column;
      const path = fieldPlace(place, name);
      const field = fieldOfName.get(name);
      fieldOfName.delete(name);
      if (field === undefined) {
        if (isRequired(column)) {
          this.#report(
            'MISSING_REQUIRED_COLUMN',
            `${path()} is NOT NULL in the table, but the descriptor does not have it`,
          );
        }
        continue;
      }
      const content = this.#column(message, field, column, path);
      if (content !== undefined) {
        fields.push({ number: field.number, name, isRequired: isRequired(column), content });
      }
    }
    for (const { name } of fieldOfName.values()) {
      const hint = nameHint(
        name,
        columns.map((column) => column.name),
      );
      this.#report('FIELD_NOT_IN_TABLE', `the table has no column ${fieldPlace(place, name)()}${hint}`);
    }
    return new MessageDecoder(place, fields);
  }

  #column(
    message: MessageDescriptor,
    field: FieldDescriptor,
    column: DeltaColumn,
    place: Place,
  ): ProtoDecoder | undefined {
    const isPartition = message === this.#root && this.#partitionColumns.includes(column.name);
    const rule = isPartition ? partitionRule(column) : undefined;
    const content = this.#field(field, column.type, place, rule);
    const computed = computedProblem(column);
    return content === undefined || computed === undefined ? content : refusingDecoder(content, place, computed);
  }

  #field(field: FieldDescriptor, type: DeltaType, place: Place, rule?: TextRule): ProtoDecoder | undefined {
    const isCollection = type.kind === 'array' || type.kind === 'map';
    if (field.isRepeated !== isCollection) {
      return this.#incompatible(place, type, field.isRepeated ? 'the field is repeated' : 'the field is not repeated');
    }
    switch (type.kind) {
      case 'array':
        return this.#list(field, type.element, place);
      case 'map':
        return this.#map(field, type, place);
      default:
        return this.#single(field, type, place, rule);
    }
  }

  #single(
    field: FieldDescriptor,
    type: DeltaType,
    place: Place,
    rule?: TextRule,
  ): ScalarDecoder | MessageDecoder | undefined {
    if (type.kind !== 'struct') {
      return (
        compileScalarDecoder(field.type, type, place, rule) ??
        this.#incompatible(place, type, `the field is ${fieldTypeName(field)}`)
      );
    }
    const nested = this.#types.resolve(field);
    if (field.type !== FieldType.message) {
      return this.#incompatible(place, type, `the field is ${fieldTypeName(field)}`);
    }
    if (nested === undefined) {
      return this.#incompatible(place, type, `the descriptor does not contain ${field.typeName}`);
    }
    return this.#message(nested, type.fields, place);
  }

  #list(field: FieldDescriptor, element: DeltaType, place: Place): CompositeDecoder | undefined {
    if (element.kind === 'array' || element.kind === 'map') {
      return this.#incompatible(place, element, 'protobuf has no lists of lists or of maps');
    }
    let collection: ScalarListDecoder | MessageListDecoder | undefined;
    const content = this.#single(field, element, () => `${place()}${collection?.subscript ?? '[]'}`);
    if (content === undefined) {
      return undefined;
    }
    collection = 'transcode' in content ? new ScalarListDecoder(content) : new MessageListDecoder(content);
    return collection;
  }

  #map(field: FieldDescriptor, type: DeltaType & { kind: 'map' }, place: Place): CompositeDecoder | undefined {
    const entry = this.#types.resolve(field);
    const key = entry?.fields.find(({ number }) => number === 1);
    const value = entry?.fields.find(({ number }) => number === 2);
    if (entry === undefined || !entry.isMapEntry || key === undefined || value === undefined) {
      return this.#incompatible(place, type, 'the field is not a map');
    }
    if (type.value.kind === 'array' || type.value.kind === 'map') {
      return this.#incompatible(place, type.value, 'protobuf has no maps of lists or of maps');
    }
    let collection: MapDecoder | undefined;
    const keyContent = this.#single(key, type.key, place);
    const valueContent = this.#single(value, type.value, () => `${place()}${collection?.subscript ?? '[]'}`);
    if (keyContent === undefined || valueContent === undefined) {
      return undefined;
    }
    if (!('transcode' in keyContent)) {
      return this.#incompatible(place, type.key, 'protobuf has no maps with messages as keys');
    }
    collection = new MapDecoder(keyContent, valueContent);
    return collection;
  }

  #incompatible(place: Place, type: DeltaType, found: string): undefined {
    this.#report('TYPE_INCOMPATIBLE', `${place()}: expected ${protoForm(type)}, but ${found}`);
    return undefined;
  }

  #report(cause: SchemaCause, problem: string): void {
    this.#causes.push(cause);
    this.#problems.push(problem);
  }
}

function fieldTypeName(field: FieldDescriptor): string {
  return Object.entries(FieldType).find(([, number]) => number === field.type)?.[0] ?? `of type ${field.type}`;
}
