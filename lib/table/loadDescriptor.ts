import { readFileSync } from 'node:fs';
import { isError } from '../errors/isError.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import { DescriptorSet } from './descriptorSet.ts';
import { listed } from './listed.ts';

const MAX_LISTED = 20;

/**
 * Loads the descriptor of a message from a file that `protoc --include_imports --descriptor_set_out=FILE` wrote. Pass
 * it as the `descriptor` of a PROTO stream.
 *
 * The service receives only the message, so types outside of the message that it refers to become nested
 * messages and enums. If there are none, the descriptor has the same bytes as in the file.
 *
 * Fields of proto3 without `optional` omit zeros, so a NOT NULL column would fail at the first zero. A process warning
 * (`PROTO3_ZEROS`) lists them.
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
 * @param message the name of the message: the full name (`iot.v1.Outer.Reading`), or its last part if that is unique
 * @returns one serialized `google.protobuf.DescriptorProto`
 * @throws {@link ZerobusError} `INVALID_SCHEMA` if the file cannot be read or is not a descriptor set, if it does not
 * contain exactly one such message, or if a type is missing that the message refers to
 */
export function loadDescriptor(path: string, message: string): Uint8Array {
  if (typeof path !== 'string' || typeof message !== 'string') {
    throw invalid('The path of a descriptor set and the name of a message must be texts.');
  }
  const set = parse(path, read(path));
  const wanted = message.replace(/^\./, '');
  const names = set.messageNames;
  const found = names.includes(wanted) ? [wanted] : names.filter((name) => name.endsWith(`.${wanted}`));
  const [name] = found;
  if (name === undefined) {
    throw invalid(`${path} has no message ${JSON.stringify(message)}. Its messages are: ${listed(names, MAX_LISTED)}.`);
  }
  if (found.length > 1) {
    throw invalid(
      `${path} has several messages ${JSON.stringify(message)}: ${listed(found, MAX_LISTED)}. Use the full name.`,
    );
  }
  const missing = set.missingTypes(name);
  if (missing.length > 0) {
    throw invalid(
      `${path} lacks ${listed(missing, MAX_LISTED)}, which ${name} refers to. Run protoc with --include_imports.`,
    );
  }
  warnOfZeros(name, set.fieldsWithoutPresence(name));
  return set.standalone(name);
}

function warnOfZeros(name: string, fields: readonly string[]): void {
  if (fields.length > 0) {
    process.emitWarning(
      `${name} is a proto3 message, whose fields without \`optional\` omit the values 0, '' and false: ${listed(fields, MAX_LISTED)}. ` +
        'The service stores them as NULL, and refuses them in a NOT NULL column. Declare these fields `optional`.',
      { type: 'ZerobusWarning', code: 'PROTO3_ZEROS' },
    );
  }
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    const reason = isError(cause) && 'code' in cause ? String(cause.code) : String(cause);
    throw new ZerobusError('INVALID_SCHEMA', `The descriptor set ${path} cannot be read: ${reason}. Check the path.`, {
      cause,
    });
  }
}

function parse(path: string, bytes: Uint8Array): DescriptorSet {
  try {
    return new DescriptorSet(bytes);
  } catch (cause) {
    const how = 'Create one with protoc --include_imports --descriptor_set_out=FILE.';
    throw new ZerobusError('INVALID_SCHEMA', `${path} is not a FileDescriptorSet. ${how}`, { cause });
  }
}

function invalid(problem: string): ZerobusError {
  return new ZerobusError('INVALID_SCHEMA', problem);
}
