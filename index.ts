export type { FetchToken, TokenResponse } from './lib/auth/fetchToken.ts';
export type { HeadersProvider } from './lib/auth/headersProvider.ts';
export { OAuthHeadersProvider, type OAuthHeadersProviderOptions } from './lib/auth/oAuthHeadersProvider.ts';
export { TokenCache, type TokenCacheOptions, type TokenQuery } from './lib/auth/tokenCache.ts';
export { type FetchTableOptions, fetchTable } from './lib/catalog/fetchTable.ts';
export type { ConnectionOptions } from './lib/connection.ts';
export type { RecordPayload, ZerobusErrorCode, ZerobusErrorOptions } from './lib/errors/zerobusError.ts';
export { isZerobusError, ZerobusError } from './lib/errors/zerobusError.ts';
export { encodeRow } from './lib/rows/encodeRow.ts';
export type { AckCallback } from './lib/sdk/ackCallback.ts';
export type { StreamState, StreamStats } from './lib/sdk/streamStatus.ts';
export type { StreamTarget, TableProperties } from './lib/sdk/tableProperties.ts';
export type { EncodableMessage, GoogleProtobufMessage, Payload } from './lib/sdk/toRecord.ts';
export { type StreamConfigurationOptions, ZerobusSdk, type ZerobusSdkOptions } from './lib/sdk/zerobusSdk.ts';
export { ZerobusStream } from './lib/sdk/zerobusStream.ts';
export { Secret } from './lib/secrets/secret.ts';
export type { StreamOptions } from './lib/stream/streamOptions.ts';
export type { ZerobusRecord } from './lib/stream/streamTable.ts';
export type { Column, ColumnShape } from './lib/table/column.ts';
export {
  array,
  bigint,
  binary,
  boolean,
  date,
  decimal,
  double,
  float,
  int,
  map,
  smallint,
  string,
  struct,
  timestamp,
  timestampNtz,
  tinyint,
  varchar,
  variant,
} from './lib/table/columnBuilders.ts';
export type { ColumnType, ScalarKind, StructField, TableColumn } from './lib/table/columnType.ts';
export { type DefineTableOptions, defineTable } from './lib/table/defineTable.ts';
export { loadDescriptor } from './lib/table/loadDescriptor.ts';
export type { FieldLayout, MessageLayout, ProtoType } from './lib/table/messageLayout.ts';
export { protoText } from './lib/table/protoText.ts';
export type { Columns, FieldsOf, JsonValue, RowOf, UntypedRow, ValueOf } from './lib/table/rowOf.ts';
export { TableDefinition, type TableDefinitionOptions } from './lib/table/tableDefinition.ts';
export type { TlsOptions } from './lib/transport/tlsOptions.ts';
export type { StreamHeaders, Transport, TransportCall, TransportObserver } from './lib/transport/transport.ts';
export type { RecordFormat } from './lib/wire/batch.ts';
export { ingest } from './operators/ingest.ts';
export { type PullInput, pull } from './operators/pull.ts';
export { type RecoverOptions, recover } from './operators/recover.ts';
export { type ToZerobusOptions, type ToZerobusProtoOptions, toZerobus } from './operators/toZerobus.ts';
