import protobuf from 'protobufjs';
import 'protobufjs/ext/descriptor.js';

/** A message type that protobufjs has parsed, and its descriptor as a client sends it. */
export interface ParsedMessage {
  readonly type: protobuf.Type;
  /** A serialized google.protobuf.DescriptorProto. */
  readonly descriptor: Buffer;
}

/**
 * Parses the body of a message in proto2: another implementation of protobuf than the server's own.
 *
 * @param body what stands between the braces
 */
export function parseMessage(body: string): ParsedMessage {
  const { root } = protobuf.parse(`syntax = "proto2"; package shop; message Row { ${body} }`, { keepCase: true });
  root.resolveAll();
  const type = root.lookupType('shop.Row');
  const descriptor = type.toDescriptor('proto2');
  return { type, descriptor: Buffer.from(descriptor.$type.encode(descriptor).finish()) };
}
