import protobuf from 'protobufjs';
import 'protobufjs/ext/descriptor.js';

/** A message type parsed by protobufjs, and its descriptor as a client sends it. */
export interface ParsedMessage {
  readonly type: protobuf.Type;
  /** A serialized google.protobuf.DescriptorProto. */
  readonly descriptor: Buffer;
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
  return { type, descriptor: Buffer.from(descriptor.$type.encode(descriptor).finish()) };
}
