import protobuf from 'google-protobuf';
import type { FieldLayout, MessageLayout, ProtoType } from './messageLayout.ts';

/** `FieldDescriptorProto.Label` */
const labels = { optional: 1, required: 2, repeated: 3 } as const;

/** `FieldDescriptorProto.Type` */
const types: Readonly<Record<ProtoType, number>> = {
  double: 1,
  float: 2,
  int64: 3,
  int32: 5,
  bool: 8,
  string: 9,
  message: 11,
  bytes: 12,
};

/** Serializes a message as a `google.protobuf.DescriptorProto`, with the same bytes as protoc. */
export function encodeDescriptor(message: MessageLayout): Uint8Array {
  const writer = new protobuf.BinaryWriter();
  writeMessage(message, writer);
  return writer.getResultBuffer();
}

/**
 * Serializes a message, in a file of its own, as a `google.protobuf.FileDescriptorSet`.
 *
 * @param fileName the name of the file, e.g. `readings.proto`
 */
export function encodeDescriptorSet(fileName: string, message: MessageLayout): Uint8Array {
  const writer = new protobuf.BinaryWriter();
  writer.writeMessage(1, message, (_, file) => {
    file.writeString(1, fileName);
    file.writeMessage(4, message, writeMessage);
  });
  return writer.getResultBuffer();
}

function writeMessage(message: MessageLayout, writer: protobuf.BinaryWriter): void {
  writer.writeString(1, message.name);
  for (const field of message.fields) {
    writer.writeMessage(2, field, writeField);
  }
  for (const nested of message.nested) {
    writer.writeMessage(3, nested, writeMessage);
  }
  if (message.isMapEntry) {
    writer.writeMessage(7, true, (isMapEntry, options) => options.writeBool(7, isMapEntry));
  }
}

function writeField(field: FieldLayout, writer: protobuf.BinaryWriter): void {
  writer.writeString(1, field.name);
  writer.writeInt32(3, field.number);
  writer.writeEnum(4, labels[field.label]);
  writer.writeEnum(5, types[field.type]);
  if (field.typeName !== undefined) {
    writer.writeString(6, field.typeName);
  }
  // json_name is the name of the column. The default of protobuf would be camelCase.
  writer.writeString(10, field.name);
}
