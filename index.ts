/* Operators */

export type { Commit, Position } from './lib/commits/commit.ts';
export type { LinePosition } from './lib/inputs/lineReader.ts';
export type { NdjsonLines } from './lib/inputs/ndjsonLines.ts';
export type { LineSource } from './lib/inputs/openLines.ts';
export type { DeadLetter } from './lib/letters/deadLetter.ts';
export type { Overflow } from './lib/stream/overflow.ts';
export type { PartitionBy, PartitionKey } from './lib/stream/partition.ts';
export type { Rejected } from './lib/stream/rejected.ts';
export type { Rejection } from './lib/stream/rejections.ts';
export {
  type CommitInterval,
  type CommitOperator,
  type CommitWhenDurableOptions,
  commitWhenDurable,
} from './operators/commitWhenDurable.ts';
export { type DeadLettersOptions, deadLetters } from './operators/deadLetters.ts';
export { ingest } from './operators/ingest.ts';
export { type NdjsonOptions, ndjson } from './operators/ndjson.ts';
export { type PullInput, pull } from './operators/pull.ts';
export { type ReadDeadLettersOptions, readDeadLetters } from './operators/readDeadLetters.ts';
export { type RecoverOptions, recover } from './operators/recover.ts';
export { type ThroughZerobusOptions, throughZerobus } from './operators/throughZerobus.ts';
export { type ToZerobusOptions, type ToZerobusProtoOptions, toZerobus } from './operators/toZerobus.ts';

/* Streams of Node.js and the web */

export { ZerobusWritable } from './lib/sinks/zerobusWritable.ts';
export { ZerobusWritableStream } from './lib/sinks/zerobusWritableStream.ts';
export { type ZerobusWritableOptions, zerobusWritable } from './operators/zerobusWritable.ts';
export { zerobusWritableStream } from './operators/zerobusWritableStream.ts';

/* SDK */

export type { AckCallback } from './lib/sdk/ackCallback.ts';
export type { StreamState, StreamStats } from './lib/sdk/streamStatus.ts';
export type { StreamTarget, TableProperties } from './lib/sdk/tableProperties.ts';
export type { EncodableMessage, GoogleProtobufMessage, Payload } from './lib/sdk/toRecord.ts';
export { type StreamConfigurationOptions, ZerobusSdk, type ZerobusSdkOptions } from './lib/sdk/zerobusSdk.ts';
export { ZerobusStream } from './lib/sdk/zerobusStream.ts';

/* Connection and stream options */

export type { ConnectionOptions } from './lib/connection.ts';
export type { StreamOptions } from './lib/stream/streamOptions.ts';
export type { ZerobusEvent } from './lib/stream/zerobusEvent.ts';
export type { TlsOptions } from './lib/transport/tlsOptions.ts';

/* Messages of the diagnostics channels */

export type { BatchMessage } from './lib/telemetry/batchChannel.ts';
export type { BatchInfo } from './lib/telemetry/batchInfo.ts';
export type { ConnectionMessage } from './lib/telemetry/connectionChannel.ts';
export type { RecordMessage } from './lib/telemetry/recordChannel.ts';
export type { RejectionMessage } from './lib/telemetry/rejectionChannel.ts';
export type { StreamMessage } from './lib/telemetry/streamChannel.ts';
export type { StreamInfo } from './lib/telemetry/streamInfo.ts';
export type { TokenMessage } from './lib/telemetry/tokenChannel.ts';

/* Tables and columns */

export { type FetchTableOptions, fetchTable } from './lib/catalog/fetchTable.ts';
export { encodeRow } from './lib/rows/encodeRow.ts';
export { Column, type ColumnShape } from './lib/table/column.ts';
export { type ColumnBuilders, type DefineTableOptions, defineTable } from './lib/table/defineTable.ts';
export { loadDescriptor } from './lib/table/loadDescriptor.ts';
export { protoText } from './lib/table/protoText.ts';
export type { Columns, FieldsOf, JsonValue, RowOf, UntypedRow, ValueOf } from './lib/table/rowOf.ts';
export { TableDefinition, type TableDefinitionOptions } from './lib/table/tableDefinition.ts';

/* Authentication */

export type { FetchToken, TokenResponse } from './lib/auth/fetchToken.ts';
export type { HeadersCallback } from './lib/auth/headersCallback.ts';
export type { HeadersProvider } from './lib/auth/headersProvider.ts';
export { OAuthHeadersProvider, type OAuthHeadersProviderOptions } from './lib/auth/oAuthHeadersProvider.ts';
export { TokenCache, type TokenCacheOptions } from './lib/auth/tokenCache.ts';
export { Secret } from './lib/secrets/secret.ts';
export type { StreamHeaders } from './lib/transport/transport.ts';

/* Errors */

export type { OffsetRange, RecordPayload, ZerobusErrorCode, ZerobusErrorOptions } from './lib/errors/zerobusError.ts';
export { isZerobusError, ZerobusError } from './lib/errors/zerobusError.ts';

// Most programs need only the symbols above. Those below name parts of their signatures.

/* Records and tokens */

export type { TokenQuery } from './lib/auth/tokenCache.ts';
export type { ZerobusRecord } from './lib/stream/streamTable.ts';
export type { RecordFormat } from './lib/wire/batch.ts';

/* Columns as data */

export type { ColumnType, ScalarKind, StructField, TableColumn } from './lib/table/columnType.ts';
