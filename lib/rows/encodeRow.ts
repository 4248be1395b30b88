import { isInstanceOf } from '../errors/isInstanceOf.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import { checkDefinition } from '../table/checkDefinition.ts';
import type { TableDefinition } from '../table/tableDefinition.ts';
import { MAX_REQUEST_BYTES } from '../wire/batchBuilder.ts';
import { compileRowEncoder } from './compileRowEncoder.ts';
import { InvalidValue } from './invalidValue.ts';
import type { MessageEncoder } from './messageEncoder.ts';
import { RecordOutgrown, RowWriter } from './rowWriter.ts';

const encoders = new WeakMap<TableDefinition<unknown>, MessageEncoder>();

/** Returns the encoder of a definition's rows, which is compiled on first use. */
export function getRowEncoder(definition: TableDefinition<unknown>): MessageEncoder {
  const known = encoders.get(definition);
  if (known !== undefined) {
    return known;
  }
  checkDefinition('encodeRow', definition);
  const encoder = compileRowEncoder(definition.columns);
  encoders.set(definition, encoder);
  return encoder;
}

/**
 * Encodes one row as a serialized protobuf message, for streams that were created with the definition's `descriptor`.
 *
 * @param definition the table
 * @param row an object with a value for each column; nullable columns may be omitted
 * @param index the index of the row among others, for the error. Defaults to no index.
 * @returns a new array of bytes
 * @throws {@link ZerobusError} `INVALID_RECORD` if a value does not fit, naming its path (`readings.tags[1]: expected
 * string, got number`, or `readings[3].tags[1]: …` with an index), or `RECORD_TOO_LARGE` if the row is too large
 */
export function encodeRow<Row>(definition: TableDefinition<Row>, row: Row, index?: number): Uint8Array {
  const encoder = getRowEncoder(definition);
  const writer = new RowWriter(0, 0);
  try {
    encoder.writeFields(writer, row);
    if (writer.end > MAX_REQUEST_BYTES) {
      throw new RecordOutgrown(new Uint8Array(writer.buffer.subarray(0, writer.end)));
    }
  } catch (error) {
    throw toZerobusError(error, rowName(definition, index));
  }
  return new Uint8Array(writer.buffer.subarray(0, writer.end));
}

/** Returns the name of a row in errors: `readings`, or `readings[3]`. */
export function rowName(definition: TableDefinition<unknown>, index: number | undefined): string {
  const table = definition.name.slice(definition.name.lastIndexOf('.') + 1);
  return index === undefined ? table : `${table}[${index}]`;
}

/**
 * Converts an error of encoding a row to the error that users see. Other errors, e.g. of accessors, are returned as
 * they are.
 *
 * @param row the name of the row: `readings[3]`
 */
export function toZerobusError(error: unknown, row: string): unknown {
  if (isInstanceOf(error, RecordOutgrown)) {
    return tooLarge(row, error.bytes);
  }
  if (!isInstanceOf(error, InvalidValue)) {
    return error;
  }
  const { path, message } = error;
  return new ZerobusError('INVALID_RECORD', `${row}${path === '' ? '' : `.${path}`}: ${message}.`);
}

/** @param bytes the complete row, if it was encoded to its end; the error returns it in `unacked` */
function tooLarge(row: string, bytes: Uint8Array | undefined): ZerobusError {
  const size = bytes === undefined ? 'more' : `${bytes.length} bytes, more`;
  return new ZerobusError(
    'RECORD_TOO_LARGE',
    `${row}: the record takes ${size} than the ${MAX_REQUEST_BYTES} bytes that one may take.`,
    bytes === undefined ? {} : { unacked: [bytes] },
  );
}
