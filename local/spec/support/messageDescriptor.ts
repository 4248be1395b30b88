import protobuf from 'protobufjs';
import 'protobufjs/ext/descriptor.js';

/** A message type parsed by protobufjs, and its descriptor as a client sends it. */
export interface ParsedMessage {
  readonly type: protobuf.Type;
  /** A serialized google.protobuf.DescriptorProto. */
  readonly descriptor: Buffer;
}

/** The part of protobufjs' descriptors that names types. */
interface Descriptor {
  readonly name: string;
  readonly field: { typeName: string }[];
  readonly nestedType: Descriptor[];
  readonly enumType: { readonly name: string }[];
}

/**
 * Parses the body of a proto2 message with another implementation of protobuf than the server's.
 *
 * @param body the text between the braces
 */
export function parseMessage(body: string): ParsedMessage {
  const { root } = protobuf.parse(`syntax = "proto2"; package shop; message Row { ${body} }`, { keepCase: true });
  root.resolveAll();
  const type = root.lookupType('shop.Row');
  const descriptor = type.toDescriptor('proto2');
  writeFullNames(descriptor as unknown as Descriptor, ['']);
  return { type, descriptor: Buffer.from(descriptor.$type.encode(descriptor).finish()) };
}

/**
 * Writes the names of types in full, as protoc does and the service requires. protobufjs writes them relative to the
 * message that refers to them.
 *
 * @param scopes the messages around it, the innermost first
 */
function writeFullNames(message: Descriptor, scopes: readonly (Descriptor | '')[], outer = '.shop'): void {
  const path = `${outer}.${message.name}`;
  for (const field of message.field) {
    if (field.typeName !== '' && !field.typeName.startsWith('.')) {
      field.typeName = fullName(field.typeName, [message, ...scopes], path);
    }
  }
  for (const nested of message.nestedType) {
    writeFullNames(nested, [message, ...scopes], path);
  }
}

function fullName(typeName: string, [scope, ...outer]: readonly (Descriptor | '')[], path: string): string {
  const [first] = typeName.split('.');
  const isInside = !scope || [...scope.nestedType, ...scope.enumType].some(({ name }) => name === first);
  return isInside ? `${path}.${typeName}` : fullName(typeName, outer, path.slice(0, path.lastIndexOf('.')));
}
