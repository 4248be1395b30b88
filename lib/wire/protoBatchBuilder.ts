import { ZerobusError } from '../errors.ts';
import { HEADROOM_BYTES, RECORD_TAG } from './batch.ts';
import { type BatchBuilder, type BatchLimits, MAX_REQUEST_BYTES, type OnSealed } from './batchBuilder.ts';
import { describe } from './jsonText.ts';
import { varintSize, writeVarint } from './varint.ts';

const INITIAL_BYTES = 4096;

/** The open batch of a PROTO stream: serialised messages, copied behind one another. */
export class ProtoBatchBuilder implements BatchBuilder<Uint8Array> {
  readonly format = 'PROTO';
  recordCount = 0;
  #scratch = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  #end = HEADROOM_BYTES;
  readonly #limits: BatchLimits;
  readonly #onSealed: OnSealed;

  constructor(limits: BatchLimits, onSealed: OnSealed) {
    this.#limits = limits;
    this.#onSealed = onSealed;
  }

  get byteCount(): number {
    return this.#end - HEADROOM_BYTES;
  }

  add(record: Uint8Array): void {
    if (!(record instanceof Uint8Array)) {
      throw new ZerobusError('INVALID_RECORD', `A record of a PROTO stream is a Uint8Array, got ${describe(record)}.`);
    }
    const { length } = record;
    if (length > MAX_REQUEST_BYTES) {
      throw new ZerobusError(
        'RECORD_TOO_LARGE',
        `The record takes ${length} bytes, more than the ${MAX_REQUEST_BYTES} that one may take.`,
        {
          unacked: [record],
        },
      );
    }
    if (length > this.#limits.maxBatchBytes) this.seal();
    const end = this.#end + 1 + varintSize(length) + length;
    if (end > this.#scratch.length) this.#grow(end);
    this.#scratch[this.#end] = RECORD_TAG;
    this.#scratch.set(record, writeVarint(this.#scratch, this.#end + 1, length));
    this.#end = end;
    this.recordCount++;
    if (this.recordCount >= this.#limits.maxBatchRecords || this.byteCount >= this.#limits.maxBatchBytes) this.seal();
  }

  seal(): void {
    const { recordCount } = this;
    if (recordCount === 0) return;
    const buffer = Buffer.allocUnsafeSlow(this.#end);
    this.#scratch.copy(buffer, 0, 0, this.#end);
    this.#end = HEADROOM_BYTES;
    this.recordCount = 0;
    // One huge record must not pin its memory for the rest of the stream.
    if (this.#scratch.length > 2 * this.#limits.maxBatchBytes) this.#scratch = Buffer.allocUnsafeSlow(INITIAL_BYTES);
    this.#onSealed({ buffer, format: 'PROTO', recordCount, offsetCount: recordCount });
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#scratch.length * 2));
    this.#scratch.copy(larger, 0, 0, this.#end);
    this.#scratch = larger;
  }
}
