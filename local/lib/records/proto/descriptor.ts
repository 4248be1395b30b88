import { ProtobufReader, WireFormatError, WireType } from '../../wire/protobufReader.ts';

/** The numbers of `FieldDescriptorProto.Type`. */
export const FieldType = {
  double: 1,
  float: 2,
  int64: 3,
  uint64: 4,
  int32: 5,
  fixed64: 6,
  fixed32: 7,
  bool: 8,
  string: 9,
  group: 10,
  message: 11,
  bytes: 12,
  uint32: 13,
  enum: 14,
  sfixed32: 15,
  sfixed64: 16,
  sint32: 17,
  sint64: 18,
} as const;

const LABEL_REPEATED = 3;

/** The part of a `google.protobuf.FieldDescriptorProto` that is needed to read the field. */
export interface FieldDescriptor {
  readonly name: string;
  readonly number: number;
  readonly isRepeated: boolean;
  /** A number of {@link FieldType}; 0 if the descriptor does not have it. */
  readonly type: number;
  /** The name of a message type or of an enum, such as `.package.Message`. Else ''. */
  readonly typeName: string;
}

/** The part of a `google.protobuf.DescriptorProto` that is needed to read the message. */
export interface MessageDescriptor {
  readonly name: string;
  readonly fields: readonly FieldDescriptor[];
  readonly nested: readonly MessageDescriptor[];
  /** The names of the enums inside. */
  readonly enums: readonly string[];
  /** Whether this is the entry of a map, with the fields key = 1 and value = 2. */
  readonly isMapEntry: boolean;
}

/** How deep messages may be nested. */
export const MAX_DEPTH = 100;

/**
 * Reads a serialized `google.protobuf.DescriptorProto`.
 *
 * @throws {@link WireFormatError} if the bytes are not one
 */
export function parseDescriptor(bytes: Buffer): MessageDescriptor {
  return readMessage(new ProtobufReader(bytes), 0);
}

function readMessage(reader: ProtobufReader, depth: number): MessageDescriptor {
  if (depth > MAX_DEPTH) {
    throw new WireFormatError(`messages nested deeper than ${MAX_DEPTH}`);
  }
  const fields: FieldDescriptor[] = [];
  const nested: MessageDescriptor[] = [];
  const enums: string[] = [];
  let name = '';
  let isMapEntry = false;
  while (reader.position < reader.end) {
    const tag = reader.readTag();
    if (tag === lengthDelimited(1)) {
      name = readText(reader);
    } else if (tag === lengthDelimited(2)) {
      fields.push(inside(reader, readField));
    } else if (tag === lengthDelimited(3)) {
      nested.push(inside(reader, (part) => readMessage(part, depth + 1)));
    } else if (tag === lengthDelimited(4)) {
      enums.push(inside(reader, readName));
    } else if (tag === lengthDelimited(7)) {
      isMapEntry = inside(reader, readMapEntryOption) || isMapEntry;
    } else {
      reader.skip(tag);
    }
  }
  return { name, fields, nested, enums, isMapEntry };
}

function readField(reader: ProtobufReader): FieldDescriptor {
  let name = '';
  let number = 0;
  let isRepeated = false;
  let type = 0;
  let typeName = '';
  while (reader.position < reader.end) {
    const tag = reader.readTag();
    if (tag === lengthDelimited(1)) {
      name = readText(reader);
    } else if (tag === varint(3)) {
      number = reader.readUint32();
    } else if (tag === varint(4)) {
      isRepeated = reader.readUint32() === LABEL_REPEATED;
    } else if (tag === varint(5)) {
      type = reader.readUint32();
    } else if (tag === lengthDelimited(6)) {
      typeName = readText(reader);
    } else {
      reader.skip(tag);
    }
  }
  // The type may be omitted if there is a type_name: then it is a message.
  return { name, number, isRepeated, type: type === 0 && typeName !== '' ? FieldType.message : type, typeName };
}

/** Reads the name of an `EnumDescriptorProto`. */
function readName(reader: ProtobufReader): string {
  let name = '';
  while (reader.position < reader.end) {
    const tag = reader.readTag();
    if (tag === lengthDelimited(1)) {
      name = readText(reader);
    } else {
      reader.skip(tag);
    }
  }
  return name;
}

function readMapEntryOption(reader: ProtobufReader): boolean {
  let isMapEntry = false;
  while (reader.position < reader.end) {
    const tag = reader.readTag();
    if (tag === varint(7)) {
      isMapEntry = reader.readUint32() !== 0;
    } else {
      reader.skip(tag);
    }
  }
  return isMapEntry;
}

/** Reads the next length-delimited value, with a reader that ends with the value. */
function inside<T>(reader: ProtobufReader, read: (reader: ProtobufReader) => T): T {
  const end = reader.readLength();
  const result = read(new ProtobufReader(reader.bytes, reader.position, end));
  reader.position = end;
  return result;
}

function readText(reader: ProtobufReader): string {
  const end = reader.readLength();
  const text = reader.bytes.toString('utf8', reader.position, end);
  reader.position = end;
  return text;
}

function lengthDelimited(field: number): number {
  return (field << 3) | WireType.lengthDelimited;
}

function varint(field: number): number {
  return (field << 3) | WireType.varint;
}
