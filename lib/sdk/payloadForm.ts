import { encodeRow } from '../rows/encodeRow.ts';
import type { ZerobusRecord } from '../stream/streamTable.ts';
import type { TableDefinition } from '../table/tableDefinition.ts';
import type { RecordFormat } from '../wire/batch.ts';
import { jsonText } from '../wire/jsonText.ts';
import { type Payload, toRecord } from './toRecord.ts';

/** How the payloads of a stream become what its engine takes. */
export interface PayloadForm {
  /** @throws ZerobusError `INVALID_RECORD` */
  toRecord(payload: Payload): ZerobusRecord;
  /**
   * The record as it is now, for one that has to wait while its owner may change it. @throws ZerobusError
   * `INVALID_RECORD`
   */
  freeze(record: ZerobusRecord): ZerobusRecord;
}

/** The form of a stream's payloads; `definition`: where its records are rows. */
export function payloadForm(format: RecordFormat, definition: TableDefinition<object> | undefined): PayloadForm {
  return {
    toRecord: (payload) => toRecord(payload, format, definition !== undefined),
    freeze: (record) => {
      if (typeof record === 'string') {
        return record;
      }
      if (record instanceof Uint8Array) {
        return record.slice();
      }
      return definition === undefined ? jsonText(record) : encodeRow(definition, record);
    },
  };
}
