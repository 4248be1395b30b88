import { ZerobusError } from '../errors/zerobusError.ts';
import type { TableDefinition } from '../table/tableDefinition.ts';
import { MAX_REQUEST_BYTES } from '../wire/batchBuilder.ts';
import { compileRowEncoder } from './compileRowEncoder.ts';
import { InvalidValue } from './invalidValue.ts';
import type { MessageEncoder } from './messageEncoder.ts';
import { RecordOutgrown, RowWriter } from './rowWriter.ts';

const encoders = new WeakMap<TableDefinition<unknown>, MessageEncoder>();

/** What writes the rows of a definition; compiled when it is first asked for. */
export function getRowEncoder(definition: TableDefinition<unknown>): MessageEncoder {
  const known = encoders.get(definition);
  if (known !== undefined) {
    return known;
  }
  const encoder = compileRowEncoder(definition.columns);
  encoders.set(definition, encoder);
  return encoder;
}

/**
 * Encodes one row as a serialized protobuf message, for streams that were created with the definition's `descriptor`.
 *
 * @param definition the table
 * @param row an object with a value for each column; what may be NULL may be left out
 * @param index which of several rows it is, for the error. Defaults to none
 * @returns bytes of their own
 * @throws {@link ZerobusError} `INVALID_RECORD`, naming the path of the value that does not fit (`readings.tags[1]:
 * expected string, got number`, or `readings[3].tags[1]: …` with an index), or `RECORD_TOO_LARGE`
 */
export function encodeRow<Row>(definition: TableDefinition<Row>, row: Row, index?: number): Uint8Array {
  const writer = new RowWriter(0, 0);
  try {
    getRowEncoder(definition).writeFields(writer, row);
    if (writer.end > MAX_REQUEST_BYTES) {
      throw new RecordOutgrown(new Uint8Array(writer.buffer.subarray(0, writer.end)));
    }
  } catch (error) {
    throw toZerobusError(error, rowName(definition, index));
  }
  return new Uint8Array(writer.buffer.subarray(0, writer.end));
}

/** What a row is called in an error: `readings`, or `readings[3]`. */
export function rowName(definition: TableDefinition<unknown>, index: number | undefined): string {
  const table = definition.name.slice(definition.name.lastIndexOf('.') + 1);
  return index === undefined ? table : `${table}[${index}]`;
}

/**
 * What is thrown to the user for what encoding a row failed with.
 *
 * @param row what the row is called: `readings[3]`
 */
export function toZerobusError(error: unknown, row: string): unknown {
  if (error instanceof RecordOutgrown) {
    return tooLarge(row, error.bytes);
  }
  if (!(error instanceof InvalidValue)) {
    return error;
  }
  const { path, message } = error;
  return new ZerobusError('INVALID_RECORD', `${row}${path === '' ? '' : `.${path}`}: ${message}`);
}

/** @param bytes the whole row, where it is there; it is handed back, as every record is that was not sent */
function tooLarge(row: string, bytes: Uint8Array | undefined): ZerobusError {
  const size = bytes === undefined ? 'more' : `${bytes.length} bytes, more`;
  return new ZerobusError(
    'RECORD_TOO_LARGE',
    `${row}: it takes ${size} than the ${MAX_REQUEST_BYTES} bytes that a record may take`,
    bytes === undefined ? {} : { unacked: [bytes] },
  );
}
