import { ProtobufReader, WireFormatError, WireType } from './protobufReader.ts';
import { RecordSpans } from './recordSpans.ts';
import { type EncodedRecordType, RecordType } from './recordType.ts';

/** `CreateIngestStreamRequest`: opens a stream. */
export interface CreateRequest {
  readonly kind: 'create';
  /** `catalog.schema.table` as the client wrote it; empty if it is missing. */
  readonly tableName: string;
  /** A `RecordType` number. If the field is missing, it has the default that the `.proto` declares: PROTO. */
  readonly recordType: number;
  /** One serialized `google.protobuf.DescriptorProto`, for PROTO. */
  readonly descriptor: Buffer | undefined;
}

/** `IngestRecordRequest` or `IngestRecordBatchRequest`: records under one offset. */
export interface IngestRequest {
  readonly kind: 'ingest';
  /** `offset_id`; undefined if the client omitted it. */
  readonly offset: number | undefined;
  /** The encoding of the records; undefined if the oneof is empty. */
  readonly recordType: EncodedRecordType | undefined;
  readonly isBatch: boolean;
  readonly records: RecordSpans;
}

/** An `EphemeralStreamRequest`; `empty` if it has no payload that this server knows. */
export type StreamRequest = CreateRequest | IngestRequest | { readonly kind: 'empty' };

const recordTypeOfField: Readonly<Record<number, EncodedRecordType>> = {
  2: RecordType.proto,
  3: RecordType.json,
  4: RecordType.avro,
};

/**
 * Reads an `EphemeralStreamRequest`. Unknown fields are skipped, and the last member of a oneof wins.
 *
 * @throws {@link WireFormatError} if the bytes are not a protobuf message
 */
export function decodeRequest(message: Buffer): StreamRequest {
  const reader = new ProtobufReader(message);
  let request: StreamRequest = { kind: 'empty' };
  while (reader.position < reader.end) {
    const tag = reader.readTag();
    const field = tag >>> 3;
    if (field < 1 || field > 3) {
      reader.skip(tag);
      continue;
    }
    const end = readMessageEnd(reader, tag);
    const outerEnd = reader.end;
    reader.end = end;
    request = field === 1 ? decodeCreate(reader) : decodeIngest(reader, field === 3);
    reader.end = outerEnd;
  }
  return request;
}

function decodeCreate(reader: ProtobufReader): CreateRequest {
  let tableName = '';
  let recordType: number = RecordType.proto;
  let descriptor: Buffer | undefined;
  while (reader.position < reader.end) {
    const tag = reader.readTag();
    if (tag >>> 3 === 1) {
      const bytes = readBytes(reader, tag);
      tableName = bytes.toString('utf8');
    } else if (tag >>> 3 === 3) {
      descriptor = readBytes(reader, tag);
    } else if (tag === ((4 << 3) | WireType.varint)) {
      recordType = reader.readUint32();
    } else {
      reader.skip(tag);
    }
  }
  return { kind: 'create', tableName, recordType, descriptor };
}

function decodeIngest(reader: ProtobufReader, isBatch: boolean): IngestRequest {
  let offset: number | undefined;
  let recordType: EncodedRecordType | undefined;
  let records = new RecordSpans(reader.bytes);
  while (reader.position < reader.end) {
    const tag = reader.readTag();
    const type = recordTypeOfField[tag >>> 3];
    if (tag === ((1 << 3) | WireType.varint)) {
      offset = reader.readInt64();
    } else if (type === undefined) {
      reader.skip(tag);
    } else {
      const end = readMessageEnd(reader, tag);
      // A oneof keeps its last member. Only parts of the same batch message are merged.
      if (!isBatch || recordType !== type) {
        records = new RecordSpans(reader.bytes);
      }
      recordType = type;
      if (isBatch) {
        collectBatch(reader, end, records);
      } else {
        records.add(reader.position, end);
      }
      reader.position = end;
    }
  }
  return { kind: 'ingest', offset, recordType, isBatch, records };
}

function collectBatch(reader: ProtobufReader, batchEnd: number, records: RecordSpans): void {
  const outerEnd = reader.end;
  reader.end = batchEnd;
  while (reader.position < batchEnd) {
    const tag = reader.readTag();
    if (tag === ((1 << 3) | WireType.lengthDelimited)) {
      const end = reader.readLength();
      records.add(reader.position, end);
      reader.position = end;
    } else {
      reader.skip(tag);
    }
  }
  reader.end = outerEnd;
}

function readBytes(reader: ProtobufReader, tag: number): Buffer {
  const end = readMessageEnd(reader, tag);
  const bytes = reader.bytes.subarray(reader.position, end);
  reader.position = end;
  return bytes;
}

function readMessageEnd(reader: ProtobufReader, tag: number): number {
  if ((tag & 7) !== WireType.lengthDelimited) {
    throw new WireFormatError(`field ${tag >>> 3} has wire type ${tag & 7} instead of ${WireType.lengthDelimited}`);
  }
  return reader.readLength();
}
