import { types } from 'node:util';
import { kindOf } from '../errors/kindOf.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import { HEADROOM_BYTES, RECORD_TAG } from './batch.ts';
import { type BatchBuilder, type BatchLimits, MAX_REQUEST_BYTES, type OnSealed } from './batchBuilder.ts';
import { Scratch } from './scratch.ts';
import { varintSize, writeVarint } from './varint.ts';

/** The open batch of a PROTO stream: serialized messages, copied one behind the other. */
export class ProtoBatchBuilder implements BatchBuilder<Uint8Array> {
  readonly format = 'PROTO';
  recordCount = 0;
  readonly #scratch: Scratch;
  readonly #limits: BatchLimits;
  readonly #onSealed: OnSealed;

  constructor(limits: BatchLimits, onSealed: OnSealed) {
    this.#scratch = new Scratch(HEADROOM_BYTES, limits.maxBatchBytes);
    this.#limits = limits;
    this.#onSealed = onSealed;
  }

  get byteCount(): number {
    return this.#scratch.end - HEADROOM_BYTES;
  }

  add(record: Uint8Array): boolean {
    if (!types.isUint8Array(record)) {
      throw new ZerobusError(
        'INVALID_RECORD',
        `A record of a PROTO stream must be a Uint8Array, got ${kindOf(record)}.`,
      );
    }
    const { length } = record;
    if (length > MAX_REQUEST_BYTES) {
      throw new ZerobusError(
        'RECORD_TOO_LARGE',
        `The record takes ${length} bytes, but may take at most ${MAX_REQUEST_BYTES}. Split it into smaller records.`,
        { unacked: [record] },
      );
    }
    if (length > this.#limits.maxBatchBytes) {
      this.seal();
    }
    const scratch = this.#scratch;
    scratch.reserve(1 + varintSize(length) + length);
    const { buffer, end } = scratch;
    buffer[end] = RECORD_TAG;
    const start = writeVarint(buffer, end + 1, length);
    buffer.set(record, start);
    scratch.commit(start + length);
    this.recordCount++;
    if (this.recordCount >= this.#limits.maxBatchRecords || this.byteCount >= this.#limits.maxBatchBytes) {
      this.seal();
    }
    return true;
  }

  seal(): void {
    const { recordCount } = this;
    if (recordCount === 0) {
      return;
    }
    this.recordCount = 0;
    this.#onSealed({ ...this.#scratch.take(), format: 'PROTO', recordCount, offsetCount: recordCount });
  }

  recycle(memory: Buffer): void {
    this.#scratch.recycle(memory);
  }
}
