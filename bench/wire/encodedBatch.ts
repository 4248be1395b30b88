import type { RecordFormat } from '../../lib/wire/batch.ts';
import { varintSize, writeVarint } from '../../lib/wire/varint.ts';

/**
 * Tags of EphemeralStreamRequest.ingest_record_batch, IngestRecordBatchRequest.offset_id, .proto_encoded_batch and
 * .json_batch.
 */
const INGEST_RECORD_BATCH = 0x1a;
const OFFSET_ID = 0x08;
const batchField = { PROTO: 0x12, JSON: 0x1a } as const;
/** Tag of `records` in both batch messages. */
const RECORD = 0x0a;

/** Encodes records in advance, as a `JsonRecordBatch` or `ProtoEncodedRecordBatch`. */
export function encodeRecords(records: readonly (string | Uint8Array)[]): Buffer {
  const parts: Buffer[] = [];
  for (const record of records) {
    const bytes = Buffer.from(record);
    const head = Buffer.alloc(1 + varintSize(bytes.length));
    head[0] = RECORD;
    writeVarint(head, 1, bytes.length);
    parts.push(head, bytes);
  }
  return Buffer.concat(parts);
}

/**
 * Creates the head of an `EphemeralStreamRequest` in front of encoded records, including the head of the gRPC message.
 *
 * @param recordsBytes the length of the encoded records
 * @param offset 0, 1, 2 … on each connection
 */
export function batchHead(format: RecordFormat, recordsBytes: number, offset: number): Buffer {
  const requestBytes = 2 + varintSize(offset) + varintSize(recordsBytes) + recordsBytes;
  const headBytes = 1 + varintSize(requestBytes) + 2 + varintSize(offset) + varintSize(recordsBytes);
  const head = Buffer.alloc(5 + headBytes);
  head.writeUInt32BE(headBytes + recordsBytes, 1);
  head[5] = INGEST_RECORD_BATCH;
  let at = writeVarint(head, 6, requestBytes);
  head[at++] = OFFSET_ID;
  at = writeVarint(head, at, offset);
  head[at++] = batchField[format];
  writeVarint(head, at, recordsBytes);
  return head;
}
