import type { RecordPayload } from '../errors/zerobusError.ts';
import { type Cursor, readVarint, varintSize, writeVarint } from './varint.ts';

/**
 * What a stream's records are: fixed when the stream is created. The numbers are `RecordType` of the service's proto.
 */
export type RecordFormat = 'PROTO' | 'JSON';

/**
 * Bytes kept free in front of a batch's records, so that the head of whichever connection sends it is written in place:
 * at most 23 bytes of protobuf, and room for a transport's own 5.
 */
export const HEADROOM_BYTES = 32;

/** A sealed batch: its records as they travel, encoded once however often they are sent. */
export interface Batch {
  /** {@link HEADROOM_BYTES} of room, then `records = 1` fields of a `JsonRecordBatch` or `ProtoEncodedRecordBatch`. */
  readonly buffer: Buffer;
  readonly format: RecordFormat;
  /** How many records it holds. */
  readonly recordCount: number;
  /**
   * How many of the user's offsets it covers: one a record where records came one by one, one for a batch of the
   * user's.
   */
  readonly offsetCount: number;
  /** What its builder wants back once it is durable (`recycle`). */
  readonly memory?: Buffer | undefined;
}

/**
 * Tags of EphemeralStreamRequest.ingest_record_batch (3), IngestRecordBatchRequest.offset_id (1), .proto_encoded_batch
 * (2), .json_batch (3).
 */
const INGEST_RECORD_BATCH = 0x1a;
const OFFSET_ID = 0x08;
const batchField = { PROTO: 0x12, JSON: 0x1a } as const;

/** Tag of `records = 1` in both batch messages; in a one-byte string it is a newline. */
export const RECORD_TAG = 0x0a;

/** How many bytes a batch's records take on the wire. */
export function batchBytes(batch: Batch): number {
  return batch.buffer.length - HEADROOM_BYTES;
}

/**
 * The `EphemeralStreamRequest` that sends a batch under an offset of the current connection.
 *
 * It is a view of the batch's own memory: valid until the batch is durable, or sent again under another offset, which
 * happens only once the connection it was written to is gone.
 *
 * @param physicalOffset 0, 1, 2 … on each connection
 */
export function ingestRequest(batch: Batch, physicalOffset: number): Buffer {
  const { buffer } = batch;
  const recordsLength = batchBytes(batch);
  const innerLength = 2 + varintSize(physicalOffset) + varintSize(recordsLength) + recordsLength;
  const start = HEADROOM_BYTES + recordsLength - innerLength - varintSize(innerLength) - 1;
  buffer[start] = INGEST_RECORD_BATCH;
  let at = writeVarint(buffer, start + 1, innerLength);
  buffer[at++] = OFFSET_ID;
  at = writeVarint(buffer, at, physicalOffset);
  buffer[at++] = batchField[batch.format];
  writeVarint(buffer, at, recordsLength);
  return buffer.subarray(start);
}

/** The records of a batch, read back from its bytes: JSON text, or views of the protobuf bytes. */
export function recordsOf(batch: Batch): RecordPayload[] {
  const { buffer } = batch;
  const records: RecordPayload[] = [];
  const cursor: Cursor = { position: HEADROOM_BYTES };
  while (cursor.position < buffer.length) {
    cursor.position++;
    const length = readVarint(buffer, cursor);
    const start = cursor.position;
    const end = start + length;
    records.push(
      batch.format === 'JSON' ? buffer.toString('utf8', start, end) : new Uint8Array(buffer.subarray(start, end)),
    );
    cursor.position = end;
  }
  return records;
}
