import { types } from 'node:util';
import type { RecordPayload } from '../errors/zerobusError.ts';
import { encodeRow } from '../rows/encodeRow.ts';
import type { ZerobusRecord } from '../stream/streamTable.ts';
import type { TableDefinition } from '../table/tableDefinition.ts';
import type { RecordFormat } from '../wire/batch.ts';
import { jsonText } from '../wire/jsonText.ts';
import { type Payload, toRecord } from './toRecord.ts';

/** Converts the payloads of a stream into records for its engine. */
export interface PayloadForm {
  /**
   * Checks a payload and unwraps it.
   *
   * @throws {@link ZerobusError} `INVALID_RECORD` if the stream cannot send it
   */
  toRecord(payload: Payload): ZerobusRecord;
  /**
   * Serializes a record that has to wait, so the caller may change it in the meantime. Bytes are copied.
   *
   * @throws {@link ZerobusError} `INVALID_RECORD` if it cannot be serialized
   */
  freeze(record: ZerobusRecord): RecordPayload;
}

/**
 * Creates the {@link PayloadForm} of a stream.
 *
 * @param definition the definition of the table if the records are its rows
 */
export function payloadForm(format: RecordFormat, definition: TableDefinition<object> | undefined): PayloadForm {
  return {
    toRecord: (payload) => toRecord(payload, format, definition !== undefined),
    freeze: (record) => {
      if (typeof record === 'string') {
        return record;
      }
      if (types.isUint8Array(record)) {
        // Not record.slice(): a Buffer's shares the memory.
        return new Uint8Array(record);
      }
      return definition === undefined ? jsonText(record) : encodeRow(definition, record);
    },
  };
}
