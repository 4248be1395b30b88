import { types } from 'node:util';
import type { RecordPayload } from '../../errors/zerobusError.ts';
import { encodeRow } from '../../rows/encodeRow.ts';
import type { TableDefinition } from '../../table/tableDefinition.ts';
import type { RecordFormat } from '../../wire/batch.ts';
import { jsonText } from '../../wire/jsonText.ts';
import { decodeRow } from './decodeRow.ts';
import { parseJson } from './parseJson.ts';

/** What a `TableDefinition` says about its rows. */
export type RowTable = Pick<TableDefinition<unknown>, 'name' | 'columns'>;

/** Decodes rows, and values that are expected as rows, to one form, in which they can be compared. */
export class RowForm {
  readonly #table: RowTable | undefined;

  /** @param table the definition of the rows of a PROTO stream. Without it, they stay bytes. */
  constructor(table: RowTable | undefined) {
    this.#table = table;
  }

  /** Decodes a row. If that is impossible, returns the payload. */
  decode(format: RecordFormat, payload: RecordPayload): unknown {
    try {
      if (typeof payload === 'string') {
        return parseJson(payload);
      }
      return format === 'PROTO' && this.#table !== undefined ? decodeRow(this.#table.columns, payload) : payload;
    } catch {
      return payload;
    }
  }

  /** Brings a value to the form of a decoded row: the client encodes it. If that is impossible, returns the value. */
  expected(format: RecordFormat, value: unknown): unknown {
    try {
      return this.decode(format, this.#encode(format, value) ?? (value as RecordPayload));
    } catch {
      return value;
    }
  }

  #encode(format: RecordFormat, value: unknown): RecordPayload | undefined {
    if (format === 'JSON') {
      return jsonText(value as object | string);
    }
    const isRow = this.#table !== undefined && !types.isUint8Array(value);
    return isRow ? encodeRow(this.#table as TableDefinition<unknown>, value) : undefined;
  }
}
