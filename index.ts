/* Operators */

export type { LinePosition } from './lib/inputs/lineReader.ts';
export type { LineSource } from './lib/inputs/openLines.ts';
export type { Rejected } from './lib/stream/rejected.ts';
export type { Rejection } from './lib/stream/rejections.ts';
export { ingest } from './operators/ingest.ts';
export { type NdjsonLines, type NdjsonOptions, ndjson } from './operators/ndjson.ts';
export { type PullInput, pull } from './operators/pull.ts';
export { type RecoverOptions, recover } from './operators/recover.ts';
export { type ThroughZerobusOptions, throughZerobus } from './operators/throughZerobus.ts';
export { type ToZerobusOptions, type ToZerobusProtoOptions, toZerobus } from './operators/toZerobus.ts';

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
