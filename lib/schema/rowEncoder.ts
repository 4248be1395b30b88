import { ZerobusError } from '../errors.ts';
import { MAX_REQUEST_BYTES } from '../wire/batchBuilder.ts';
import { compileRowEncoder } from './compileRowEncoder.ts';
import { InvalidValue } from './invalidValue.ts';
import type { MessageEncoder } from './messageEncoder.ts';
import { RecordOutgrown, RowWriter } from './rowWriter.ts';
import type { TableDefinition } from './tableDefinition.ts';

const encoders = new WeakMap<TableDefinition<unknown>, MessageEncoder>();

/** What writes the rows of a definition; compiled when it is first asked for. */
export function rowEncoderOf(definition: TableDefinition<unknown>): MessageEncoder {
  const known = encoders.get(definition);
  if (known !== undefined) return known;
  const encoder = compileRowEncoder(definition.columns);
  encoders.set(definition, encoder);
  return encoder;
}

/**
 * Encodes one row as a serialised protobuf message, for streams that were created with the definition's `descriptor`.
 *
 * @param definition the table
 * @param row an object with a value for each column; what may be NULL may be left out
 * @returns bytes of their own
 * @throws {@link ZerobusError} `INVALID_RECORD`, naming the path of the value that does not fit (`readings.tags[1]: expected string,
 * got number`), or `RECORD_TOO_LARGE`
 */
export function encodeRow<Row>(definition: TableDefinition<Row>, row: Row): Uint8Array {
  const writer = new RowWriter();
  const table = definition.name.slice(definition.name.lastIndexOf('.') + 1);
  try {
    rowEncoderOf(definition).writeFields(writer, row);
  } catch (error) {
    throw toZerobusError(error, table);
  }
  if (writer.end > MAX_REQUEST_BYTES) throw tooLarge(table, writer.end);
  return new Uint8Array(writer.bytes.subarray(0, writer.end));
}

/**
 * What is thrown to the user for what encoding a row failed with.
 *
 * @param row what the row is called: `readings[3]`
 */
export function toZerobusError(error: unknown, row: string): unknown {
  if (error instanceof RecordOutgrown) return tooLarge(row);
  if (!(error instanceof InvalidValue)) return error;
  const { path, message } = error;
  return new ZerobusError('INVALID_RECORD', `${row}${path === '' ? '' : `.${path}`}: ${message}`);
}

/** @param byteCount how many bytes the row takes, where that is known */
export function tooLarge(row: string, byteCount?: number): ZerobusError {
  const size = byteCount === undefined ? 'more' : `${byteCount} bytes, more`;
  return new ZerobusError(
    'RECORD_TOO_LARGE',
    `${row}: it takes ${size} than the ${MAX_REQUEST_BYTES} bytes that a record may take`,
  );
}
