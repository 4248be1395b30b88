/**
 * The messages of `zerobus_service.proto`, as google-protobuf classes. They are for control messages, whose speed does
 * not matter. `lib/wire` encodes batches of records itself.
 *
 * The generated code is CommonJS. Node cannot see its named exports, hence the default import. It is imported by a name
 * of the package's `imports` map, so that the sources, `build/` and both bundles use the same file.
 */

import messages from '#zerobus_service_pb';

export type CloseStreamSignal = messages.CloseStreamSignal;
export const CloseStreamSignal: typeof messages.CloseStreamSignal = messages.CloseStreamSignal;

export type CreateIngestStreamRequest = messages.CreateIngestStreamRequest;
export const CreateIngestStreamRequest: typeof messages.CreateIngestStreamRequest = messages.CreateIngestStreamRequest;

export type CreateIngestStreamResponse = messages.CreateIngestStreamResponse;
export const CreateIngestStreamResponse: typeof messages.CreateIngestStreamResponse =
  messages.CreateIngestStreamResponse;

export type IngestRecordRequest = messages.IngestRecordRequest;
export const IngestRecordRequest: typeof messages.IngestRecordRequest = messages.IngestRecordRequest;

export type IngestRecordBatchRequest = messages.IngestRecordBatchRequest;
export const IngestRecordBatchRequest: typeof messages.IngestRecordBatchRequest = messages.IngestRecordBatchRequest;

export type ProtoEncodedRecordBatch = messages.ProtoEncodedRecordBatch;
export const ProtoEncodedRecordBatch: typeof messages.ProtoEncodedRecordBatch = messages.ProtoEncodedRecordBatch;

export type JsonRecordBatch = messages.JsonRecordBatch;
export const JsonRecordBatch: typeof messages.JsonRecordBatch = messages.JsonRecordBatch;

export type AvroRecordBatch = messages.AvroRecordBatch;
export const AvroRecordBatch: typeof messages.AvroRecordBatch = messages.AvroRecordBatch;

export type IngestRecordResponse = messages.IngestRecordResponse;
export const IngestRecordResponse: typeof messages.IngestRecordResponse = messages.IngestRecordResponse;

export type EphemeralStreamRequest = messages.EphemeralStreamRequest;
export const EphemeralStreamRequest: typeof messages.EphemeralStreamRequest = messages.EphemeralStreamRequest;

export type EphemeralStreamResponse = messages.EphemeralStreamResponse;
export const EphemeralStreamResponse: typeof messages.EphemeralStreamResponse = messages.EphemeralStreamResponse;

/** The number of a record type on the wire. */
export type RecordType = messages.RecordTypeMap[keyof messages.RecordTypeMap];
export const RecordType: messages.RecordTypeMap = messages.RecordType;
