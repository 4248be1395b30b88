import { type Metadata, status } from '@grpc/grpc-js';
import { checkTableName, findIngestTable, TABLE_NAME_HEADER } from '../ingest/findIngestTable.ts';
import { invalidArgument, StreamError } from '../ingest/streamError.ts';
import { jsonReaderFor } from '../records/json/jsonReaderFor.ts';
import { ProtoRecordReader } from '../records/proto/protoRecordReader.ts';
import type { RecordReader } from '../records/recordReader.ts';
import { type DeltaTable, fullTableName } from '../schema/deltaType.ts';
import type { CreateRequest } from '../wire/decodeRequest.ts';
import { type EncodedRecordType, RecordType, recordTypeName } from '../wire/recordType.ts';
import type { IngestContext } from './ingestContext.ts';

/** The table and the record encoding of a stream, as `create_stream` asked for them. */
export interface OpenedTable {
  readonly fullName: string;
  readonly definition: DeltaTable;
  readonly recordType: EncodedRecordType;
  readonly reader: RecordReader;
}

/**
 * Checks a `create_stream` against the call's headers, the token and the table.
 *
 * @throws {@link StreamError} with the service's status if the stream can't be opened
 */
export function openTable(request: CreateRequest, metadata: Metadata, context: IngestContext): OpenedTable {
  const { tableName } = request;
  checkTableName(tableName);
  const header = metadata.get(TABLE_NAME_HEADER)[0]?.toString();
  // A client that sends no token may send no other header either, as the Rust SDK's own no_auth() does.
  const isOptional = context.tokens === undefined && header === undefined;
  if (!isOptional && header?.toLowerCase() !== tableName.toLowerCase()) {
    throw invalidArgument(
      `The header ${TABLE_NAME_HEADER} ${header === undefined ? 'is missing' : `is ${JSON.stringify(header)}`}, create_stream asks for ${JSON.stringify(tableName)}. Both must name the same table.`,
    );
  }
  const definition = findIngestTable(tableName, metadata.get('authorization')[0]?.toString(), context);
  const recordType = checkRecordType(request.recordType);
  return {
    fullName: fullTableName(definition),
    definition,
    recordType,
    reader: createReader(recordType, request, definition),
  };
}

function checkRecordType(recordType: number): EncodedRecordType {
  switch (recordType) {
    case RecordType.json:
    case RecordType.proto:
      return recordType;
    case RecordType.avro:
      throw new StreamError(
        status.UNIMPLEMENTED,
        'Record type AVRO is not supported by zerobus-local. Use JSON or PROTO.',
      );
    default:
      throw invalidArgument(`Record type ${recordTypeName(recordType)} can't be ingested. Use JSON or PROTO.`);
  }
}

function createReader(recordType: EncodedRecordType, request: CreateRequest, table: DeltaTable): RecordReader {
  if (recordType === RecordType.json) {
    return jsonReaderFor(table);
  }
  if (request.descriptor === undefined) {
    throw invalidArgument(
      'A stream of PROTO records needs descriptor_proto: one serialized google.protobuf.DescriptorProto.',
    );
  }
  return new ProtoRecordReader(request.descriptor, table.columns, table.partitionColumns);
}
