import { types } from 'node:util';
import { ZerobusError } from '../errors/zerobusError.ts';
import type { TableDefinition } from '../table/tableDefinition.ts';
import { HEADROOM_BYTES, RECORD_TAG } from '../wire/batch.ts';
import { type BatchBuilder, type BatchLimits, MAX_REQUEST_BYTES, type OnSealed } from '../wire/batchBuilder.ts';
import { getRowEncoder, rowName, toZerobusError } from './encodeRow.ts';
import type { MessageEncoder } from './messageEncoder.ts';
import { RecordOutgrown, RowWriter } from './rowWriter.ts';

/**
 * The open batch of a PROTO stream whose records are rows of a table definition. Rows are encoded directly into the
 * batch.
 *
 * A record may also be a `Uint8Array`: a row that is already encoded, as in `unacked`.
 */
export class RowBatchBuilder<Row> implements BatchBuilder<Row | Uint8Array> {
  readonly format = 'PROTO';
  recordCount = 0;
  readonly #definition: TableDefinition<Row>;
  readonly #encoder: MessageEncoder;
  readonly #limits: BatchLimits;
  readonly #onSealed: OnSealed;
  readonly #writer: RowWriter;
  /** The size of the last record's length in bytes, which is the best guess for the next record. */
  #lengthSize = 1;
  /** The number of records accepted so far. */
  #acceptedCount = 0;
  /** Whether a record is being written. Accessors of the row run meanwhile and may call any method. */
  #isEncoding = false;

  constructor(definition: TableDefinition<Row>, limits: BatchLimits, onSealed: OnSealed) {
    this.#definition = definition;
    this.#encoder = getRowEncoder(definition);
    this.#writer = new RowWriter(HEADROOM_BYTES, limits.maxBatchBytes);
    this.#limits = limits;
    this.#onSealed = onSealed;
  }

  get byteCount(): number {
    return this.#writer.end - HEADROOM_BYTES;
  }

  /**
   * Appends a row. If it throws, the open batch is unchanged.
   *
   * @throws {@link ZerobusError} `INVALID_RECORD` if a value does not fit, naming its path (`readings[3].tags[1]:
   * expected string, got number`; 3 is the offset of the record), `RECORD_TOO_LARGE` if the row is too large, or
   * `INVALID_STATE` if an accessor of another row adds the row
   */
  add(record: Row | Uint8Array, offset: number = this.#acceptedCount): boolean {
    if (this.#isEncoding) {
      throw new ZerobusError(
        'INVALID_STATE',
        'An accessor of a row added another record while the row was being encoded. Add records outside of accessors.',
      );
    }
    const writer = this.#writer;
    const recordStart = writer.end;
    let length: number;
    this.#isEncoding = true;
    try {
      writer.beginRecord();
      const start = writer.beginLength(RECORD_TAG, this.#lengthSize);
      if (ArrayBuffer.isView(record) && types.isUint8Array(record)) {
        writer.writeRaw(record);
      } else {
        this.#encoder.writeFields(writer, record);
      }
      length = writer.end - start;
      if (length > MAX_REQUEST_BYTES) {
        throw new RecordOutgrown(new Uint8Array(writer.buffer.subarray(start, writer.end)));
      }
      this.#lengthSize = writer.endLength(start, this.#lengthSize);
    } catch (error) {
      writer.end = recordStart;
      throw toZerobusError(error, rowName(this.#definition, offset));
    } finally {
      this.#isEncoding = false;
    }
    // A large record gets a batch of its own.
    if (length > this.#limits.maxBatchBytes && this.recordCount > 0) {
      this.#sealWithout(recordStart);
    }
    this.recordCount++;
    this.#acceptedCount++;
    if (this.recordCount >= this.#limits.maxBatchRecords || this.byteCount >= this.#limits.maxBatchBytes) {
      this.seal();
    }
    return true;
  }

  seal(): void {
    const { recordCount } = this;
    if (recordCount === 0 || this.#isEncoding) {
      return;
    }
    this.recordCount = 0;
    this.#onSealed({ ...this.#writer.take(), format: 'PROTO', recordCount, offsetCount: recordCount });
  }

  recycle(memory: Buffer): void {
    this.#writer.recycle(memory);
  }

  /** Seals all records except the last, which becomes the first of the next batch. */
  #sealWithout(recordStart: number): void {
    const writer = this.#writer;
    const record = Buffer.from(writer.buffer.subarray(recordStart, writer.end));
    writer.end = recordStart;
    this.seal();
    writer.writeRaw(record);
  }
}
