import { HEADROOM_BYTES, RECORD_TAG } from '../wire/batch.ts';
import { type BatchBuilder, type BatchLimits, MAX_REQUEST_BYTES, type OnSealed } from '../wire/batchBuilder.ts';
import type { MessageEncoder } from './messageEncoder.ts';
import { rowEncoderOf, rowName, toZerobusError } from './rowEncoder.ts';
import { RecordOutgrown, RowWriter } from './rowWriter.ts';
import type { TableDefinition } from './tableDefinition.ts';

/**
 * The open batch of a PROTO stream whose records are rows of a table definition: each is encoded straight into the batch.
 *
 * A record may also be a `Uint8Array`, a row that was encoded before, as `unacked` hands them back.
 */
export class RowBatchBuilder<Row> implements BatchBuilder<Row | Uint8Array> {
  readonly format = 'PROTO';
  recordCount = 0;
  readonly #definition: TableDefinition<Row>;
  readonly #encoder: MessageEncoder;
  readonly #limits: BatchLimits;
  readonly #onSealed: OnSealed;
  readonly #writer = new RowWriter(HEADROOM_BYTES);
  /** How many bytes the last record's length took: most likely those of the next one. */
  #lengthSize = 1;
  /** How many records were accepted in all: the offset of the next one. */
  #acceptedCount = 0;

  constructor(definition: TableDefinition<Row>, limits: BatchLimits, onSealed: OnSealed) {
    this.#definition = definition;
    this.#encoder = rowEncoderOf(definition);
    this.#limits = limits;
    this.#onSealed = onSealed;
  }

  get byteCount(): number {
    return this.#writer.end - HEADROOM_BYTES;
  }

  /**
   * Encodes a row behind those already there.
   *
   * @throws ZerobusError `INVALID_RECORD`, naming row and path of the value that does not fit (`readings[3].tags[1]: expected string, got
   * number`, where 3 is the record's offset), or `RECORD_TOO_LARGE`; the open batch is then as it was
   */
  add(record: Row | Uint8Array): void {
    const writer = this.#writer;
    const recordStart = writer.end;
    let length: number;
    try {
      writer.beginRecord();
      writer.tag(RECORD_TAG);
      const start = writer.beginLength(this.#lengthSize);
      if (record instanceof Uint8Array) writer.raw(record);
      else this.#encoder.writeFields(writer, record);
      length = writer.end - start;
      if (length > MAX_REQUEST_BYTES)
        throw new RecordOutgrown(new Uint8Array(writer.bytes.subarray(start, writer.end)));
      this.#lengthSize = writer.endLength(start, this.#lengthSize);
    } catch (error) {
      writer.end = recordStart;
      throw toZerobusError(error, rowName(this.#definition, this.#acceptedCount));
    }
    // A large record travels alone.
    if (length > this.#limits.maxBatchBytes && this.recordCount > 0) this.#sealUpTo(recordStart);
    this.recordCount++;
    this.#acceptedCount++;
    if (this.recordCount >= this.#limits.maxBatchRecords || this.byteCount >= this.#limits.maxBatchBytes) this.seal();
  }

  seal(): void {
    if (this.recordCount > 0) this.#sealUpTo(this.#writer.end);
  }

  /** Seals what is in front of a position; what is behind it becomes the beginning of the next batch. */
  #sealUpTo(position: number): void {
    const { recordCount } = this;
    const writer = this.#writer;
    const buffer = Buffer.allocUnsafeSlow(position);
    writer.bytes.copy(buffer, 0, 0, position);
    const rest = writer.end - position;
    if (rest > 0) writer.bytes.copyWithin(HEADROOM_BYTES, position, writer.end);
    // One huge record must not pin its memory for the rest of the stream.
    else writer.clear(2 * this.#limits.maxBatchBytes);
    writer.end = HEADROOM_BYTES + rest;
    this.recordCount = 0;
    this.#onSealed({ buffer, format: 'PROTO', recordCount, offsetCount: recordCount });
  }
}
