import { readFileSync } from 'node:fs';
import { ZerobusError } from '../errors/zerobusError.ts';
import { DescriptorSet } from './descriptorSet.ts';

const MAX_LISTED_MESSAGES = 20;

/**
 * Loads a message's descriptor from what `protoc --include_imports --descriptor_set_out=FILE` wrote: the `descriptor`
 * of a PROTO stream.
 *
 * The service gets one message and nothing else, so that what it refers to outside of itself, in other files or beside
 * it, is put into it as nested messages and enums. Of a message that needs nothing else the bytes are those in the
 * file.
 *
 * @example
 * ```ts
 * import { loadDescriptor, toZerobus } from 'rxjs-zerobus';
 *
 * const descriptor = loadDescriptor('readings.descriptor', 'IotReadings');
 * messages$.pipe(toZerobus('main.iot.readings', { descriptor })).subscribe();
 * ```
 *
 * @param path the file with the FileDescriptorSet
 * @param message the message's name: the full one (`iot.v1.Outer.Reading`), or its last part where there is only one
 * such
 * @returns one serialized `google.protobuf.DescriptorProto`
 * @throws {@link ZerobusError} `INVALID_SCHEMA` where the file can't be read or is no descriptor set, where it has no
 * such message (those that it has are named) or more than one, or where a type is missing that the message refers to
 */
export function loadDescriptor(path: string, message: string): Uint8Array {
  const set = parse(path, read(path));
  const wanted = message.replace(/^\./, '');
  const names = set.messageNames;
  const found = names.includes(wanted) ? [wanted] : names.filter((name) => name.endsWith(`.${wanted}`));
  const [name] = found;
  if (name === undefined) {
    throw invalid(`${path} has no message ${JSON.stringify(message)}; it has ${listed(names)}`);
  }
  if (found.length > 1) {
    throw invalid(`${path} has ${listed(found)}: give the full name`);
  }
  const missing = set.missingTypes(name);
  if (missing.length > 0) {
    throw invalid(`${path} lacks ${listed(missing)}, which ${name} refers to: run protoc with --include_imports`);
  }
  return set.standalone(name);
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new ZerobusError('INVALID_SCHEMA', `The descriptor set ${path} can't be read: ${reason}`, { cause });
  }
}

function parse(path: string, bytes: Uint8Array): DescriptorSet {
  try {
    return new DescriptorSet(bytes);
  } catch (cause) {
    const how = 'make one with protoc --include_imports --descriptor_set_out=FILE';
    throw new ZerobusError('INVALID_SCHEMA', `${path} is not a FileDescriptorSet; ${how}`, { cause });
  }
}

function listed(names: readonly string[]): string {
  if (names.length === 0) {
    return 'none';
  }
  const rest = names.length - MAX_LISTED_MESSAGES;
  return `${names.slice(0, MAX_LISTED_MESSAGES).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function invalid(problem: string): ZerobusError {
  return new ZerobusError('INVALID_SCHEMA', problem);
}
