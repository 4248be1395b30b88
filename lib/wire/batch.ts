import type { RecordPayload } from '../errors/zerobusError.ts';
import { type Cursor, readVarint, varintSize, writeVarint } from './varint.ts';

/**
 * The format of a stream's records, which is fixed when the stream is created. The names are those of `RecordType` in
 * the service's proto.
 */
export type RecordFormat = 'PROTO' | 'JSON';

/**
 * Bytes kept free in front of a batch's records. The head of each connection that sends the batch is written there, in
 * place. The head takes at most 23 bytes of protobuf; the rest is room for the 5 bytes of a transport.
 */
export const HEADROOM_BYTES = 32;

/** A sealed batch: records in their wire form, encoded once no matter how often they are sent. */
export interface Batch {
  /**
   * {@link HEADROOM_BYTES} of room, then the `records = 1` fields of a `JsonRecordBatch` or `ProtoEncodedRecordBatch`.
   */
  readonly buffer: Buffer;
  readonly format: RecordFormat;
  /** The number of records in the batch. */
  readonly recordCount: number;
  /**
   * The number of offsets that the batch covers: one per record if records were added one by one, or one for all if
   * {@link isWhole}, and those without a record.
   */
  readonly offsetCount: number;
  /** Whether the caller submitted the batch as a whole, so that its records share the first offset. */
  readonly isWhole?: boolean;
  /**
   * The offsets without a record in front of the last record, counted from the first of the batch, in order. Defaults
   * to none.
   */
  readonly skipped?: readonly number[] | undefined;
  /** Memory that the builder can use again once the batch is durable; see `recycle`. */
  readonly memory?: Buffer | undefined;
}

/**
 * Tags of EphemeralStreamRequest.ingest_record_batch (3), IngestRecordBatchRequest.offset_id (1), .proto_encoded_batch
 * (2) and .json_batch (3).
 */
const INGEST_RECORD_BATCH = 0x1a;
const OFFSET_ID = 0x08;
const batchField = { PROTO: 0x12, JSON: 0x1a } as const;

/** Tag of `records = 1` in both batch messages. In a one-byte string it is a newline. */
export const RECORD_TAG = 0x0a;

/** The offset of a record, counted from the first offset of the batch. */
export function offsetOfRecord(batch: Batch, index: number): number {
  if (batch.isWhole === true) {
    return 0;
  }
  let offset = index;
  for (const skipped of batch.skipped ?? []) {
    if (skipped > offset) {
      break;
    }
    offset++;
  }
  return offset;
}

/** The number of bytes that a batch's records take on the wire. */
export function batchBytes(batch: Batch): number {
  return batch.buffer.length - HEADROOM_BYTES;
}

/**
 * Creates the `EphemeralStreamRequest` that sends a batch under an offset of the current connection.
 *
 * The request is a view of the batch's own memory. It is valid until the batch is durable or is sent again under
 * another offset, which only happens after the connection it was written to is gone.
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

/** Reads the records of a batch back from its bytes: JSON text, or copies of the protobuf bytes. */
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
