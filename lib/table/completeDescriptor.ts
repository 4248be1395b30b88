import { ZerobusError } from '../errors/zerobusError.ts';
import { bufferOf } from '../wire/bufferOf.ts';
import { DescriptorSet } from './descriptorSet.ts';
import { listed } from './listed.ts';
import { lengthDelimited, readFields, textOf, writeFields } from './wireField.ts';

const MAX_LISTED = 10;

/**
 * Returns a descriptor in the form that the service takes: one message, with every type that it refers to inside, under
 * full names.
 *
 * @param bytes one serialized `google.protobuf.DescriptorProto`
 * @returns a copy, with relative names of types written in full
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if the bytes are not one message, such as a whole file or set of
 * files, or if a type is missing
 */
export function completeDescriptor(bytes: Uint8Array): Uint8Array {
  const set = filesIn(bytes);
  if (set !== undefined) {
    throw invalid(
      `descriptor is a whole ${set.kind}, but must be one message of it (${listed(set.messages, MAX_LISTED)}). ` +
        'Save it as a file and call loadDescriptor(file, message), which adds the types that the message refers to',
    );
  }
  const { message, name } = parse(bytes);
  const missing = message.missingTypes(name);
  if (missing.length > 0) {
    throw invalid(
      `descriptor lacks ${listed(missing, MAX_LISTED)}, which the message ${name} refers to. ` +
        'Types must be nested in the message: loadDescriptor nests them',
    );
  }
  return message.standalone(name);
}

function parse(bytes: Uint8Array): { readonly message: DescriptorSet; readonly name: string } {
  try {
    const message = new DescriptorSet(bytes, 'message');
    const [name] = message.messageNames;
    if (name !== undefined && isIdentifier(name)) {
      return { message, name };
    }
  } catch {
    // The bytes are not protobuf.
  }
  throw invalid('descriptor is not a serialized DescriptorProto. loadDescriptor reads one from a file of protoc');
}

interface Files {
  readonly kind: 'FileDescriptorSet' | 'FileDescriptorProto';
  readonly messages: readonly string[];
}

/** Returns the messages of a FileDescriptorSet or of a FileDescriptorProto, or undefined if the bytes are neither. */
function filesIn(bytes: Uint8Array): Files | undefined {
  const buffer = bufferOf(bytes);
  const set = setIn(buffer);
  if (set !== undefined) {
    return { kind: 'FileDescriptorSet', messages: set.messageNames };
  }
  // A file, alone in a set.
  const file = isFile(buffer) ? setIn(inSet(buffer)) : undefined;
  return file?.messageNames.length ? { kind: 'FileDescriptorProto', messages: file.messageNames } : undefined;
}

function setIn(buffer: Buffer): DescriptorSet | undefined {
  try {
    // A message begins as a set does, but what would be its first file is its name.
    return readFields(buffer).every(({ value }) => isFile(value)) ? new DescriptorSet(buffer) : undefined;
  } catch {
    return undefined;
  }
}

/** A file has a name that is no identifier, such as `a.proto`, or the syntax that no message has. */
function isFile(buffer: Buffer): boolean {
  try {
    const fields = readFields(buffer);
    const name = textOf(fields, 1);
    return (
      (name !== '' && !isIdentifier(name)) ||
      ['proto2', 'proto3', 'editions'].includes(textOf(fields, 12)) ||
      (name === '' && fields.length > 0 && fields.every(({ number }) => number === 4))
    );
  } catch {
    return false;
  }
}

function inSet(file: Buffer): Buffer {
  return writeFields([lengthDelimited(1, file)]);
}

function isIdentifier(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text);
}

function invalid(problem: string): ZerobusError {
  return new ZerobusError('INVALID_OPTIONS', `${problem}.`);
}
