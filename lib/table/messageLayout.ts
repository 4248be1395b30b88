import type { ColumnType, ScalarKind, StructField, TableColumn } from './columnType.ts';
import { messageNameOf, NameScope, pascalCase } from './messageNames.ts';

/** The protobuf type of a field, by its name in a `.proto`. */
export type ProtoType = 'int32' | 'int64' | 'float' | 'double' | 'bool' | 'string' | 'bytes' | 'message';

/** A field of a protobuf message. */
export interface FieldLayout {
  /** The name of the column. */
  readonly name: string;
  /** The field number, from 1. */
  readonly number: number;
  /** Whether the field is optional, required or a list. A map is a list of entries. */
  readonly label: 'optional' | 'required' | 'repeated';
  /** The protobuf type. */
  readonly type: ProtoType;
  /** The full name of the message with a leading dot, `.IotReadings.Position`, if `type` is `message`. */
  readonly typeName?: string;
}

/** A protobuf message. */
export interface MessageLayout {
  /** The name, without the names of enclosing messages. */
  readonly name: string;
  /** The fields, in the order of the columns. */
  readonly fields: readonly FieldLayout[];
  /** The nested messages: those of STRUCTs first, then the entries of the maps. */
  readonly nested: readonly MessageLayout[];
  /** Whether the message is the entry of a map, with the fields `key` and `value`. */
  readonly isMapEntry: boolean;
}

/** The protobuf type that the service accepts for each column type. */
const protoTypes: Readonly<Record<ScalarKind | 'varchar' | 'decimal', ProtoType>> = {
  tinyint: 'int32',
  smallint: 'int32',
  int: 'int32',
  bigint: 'int64',
  float: 'float',
  double: 'double',
  string: 'string',
  varchar: 'string',
  boolean: 'bool',
  binary: 'bytes',
  date: 'int32',
  timestamp: 'int64',
  timestampNtz: 'int64',
  decimal: 'string',
  variant: 'string',
};

/**
 * Lays out the columns of a table as a protobuf message, by the rules of the official schema generators. The message of
 * a STRUCT is named after its path (`PositionAccuracy`, `ItemsElement`, `PricesValue`), the entry of a map as protoc
 * names it (`PricesEntry`). A name that is taken gets a number.
 *
 * The messages of all STRUCTs are nested directly in the message of the table. Entries are nested in the message with
 * the map: protoc requires it.
 */
export function layOutMessage(name: string, columns: readonly TableColumn[]): MessageLayout {
  const layouts = new StructLayouts(name, columns);
  const { fields, entries } = layouts.fields(`.${name}`, '', columns);
  return { name, fields, nested: [...layouts.messages, ...entries], isMapEntry: false };
}

interface Content {
  readonly type: ProtoType;
  readonly typeName?: string;
}

class StructLayouts {
  readonly messages: MessageLayout[] = [];
  readonly #root: string;
  readonly #scope: NameScope;

  constructor(root: string, columns: readonly TableColumn[]) {
    this.#root = root;
    // A field and a message of one scope cannot share a name, and a message must not look like the entry of a map.
    this.#scope = new NameScope([...columns.map((column) => column.name), ...entryNames(columns)]);
  }

  fields(
    holder: string,
    path: string,
    columns: readonly (StructField & { readonly fieldNumber?: number })[],
  ): { readonly fields: FieldLayout[]; readonly entries: MessageLayout[] } {
    const entries: MessageLayout[] = [];
    const entryScope = new NameScope(columns.map(({ name }) => name));
    const fields = columns.map(({ name, type, isNullable, fieldNumber }, index): FieldLayout => {
      const place = `${path}_${name}`;
      const number = fieldNumber ?? index + 1;
      switch (type.kind) {
        case 'array':
          return { name, number, label: 'repeated', ...this.#content(`${place}_element`, type.element) };
        case 'map': {
          const value = this.#content(`${place}_value`, type.value);
          const entry = layOutEntry(entryScope.claim(entryName(name)), this.#content(place, type.key), value);
          entries.push(entry);
          return { name, number, label: 'repeated', type: 'message', typeName: `${holder}.${entry.name}` };
        }
        default:
          return { name, number, label: isNullable ? 'optional' : 'required', ...this.#content(place, type) };
      }
    });
    return { fields, entries };
  }

  #content(path: string, type: ColumnType): Content {
    if (type.kind !== 'struct') {
      return { type: scalarType(type) };
    }
    const name = this.#scope.claim(messageNameOf(path));
    const typeName = `.${this.#root}.${name}`;
    const position = this.messages.length;
    const { fields, entries } = this.fields(typeName, path, type.fields);
    this.messages.splice(position, 0, { name, fields, nested: entries, isMapEntry: false });
    return { type: 'message', typeName };
  }
}

function scalarType(type: ColumnType): ProtoType {
  // Arrays of arrays and the like do not get here: checkColumns refuses them.
  return protoTypes[type.kind as keyof typeof protoTypes];
}

function layOutEntry(name: string, key: Content, value: Content): MessageLayout {
  const fields: readonly FieldLayout[] = [
    { name: 'key', number: 1, label: 'optional', ...key },
    { name: 'value', number: 2, label: 'optional', ...value },
  ];
  return { name, fields, nested: [], isMapEntry: true };
}

/** Returns the only name that protoc accepts for the entry of a map. */
export function entryName(fieldName: string): string {
  return `${pascalCase(fieldName)}Entry`;
}

/** Returns the names of all entries, at any depth. */
function entryNames(fields: readonly StructField[]): string[] {
  return fields.flatMap(({ name, type }) => [
    ...(type.kind === 'map' ? [entryName(name)] : []),
    ...entryNames(structFields(type)),
  ]);
}

/** Returns the fields of a STRUCT, or of the STRUCTs in an array or a map. */
function structFields(type: ColumnType): readonly StructField[] {
  switch (type.kind) {
    case 'struct':
      return type.fields;
    case 'array':
      return structFields(type.element);
    case 'map':
      return structFields(type.value);
    default:
      return [];
  }
}
