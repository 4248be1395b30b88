export { ingest } from '../operators/ingest.ts';
export { type PullInput, pull } from '../operators/pull.ts';
export { type RecoverOptions, recover } from '../operators/recover.ts';
export { type ToZerobusOptions, type ToZerobusProtoOptions, toZerobus } from '../operators/toZerobus.ts';
export type { FetchToken, TokenResponse } from './auth/fetchToken.ts';
export type { HeadersProvider, StreamHeaders } from './auth/headersProvider.ts';
export { OAuthHeadersProvider, type OAuthHeadersProviderOptions } from './auth/oAuthHeadersProvider.ts';
export { Secret } from './auth/secret.ts';
export { TokenCache, type TokenCacheOptions, type TokenQuery } from './auth/tokenCache.ts';
export { type FetchTableOptions, fetchTable } from './catalog/fetchTable.ts';
export type { ConnectionOptions } from './connection.ts';
export type { RecordPayload, ZerobusErrorCode, ZerobusErrorOptions } from './errors.ts';
export { isZerobusError, ZerobusError } from './errors.ts';
export type { Column, ColumnShape } from './schema/column.ts';
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
} from './schema/columns.ts';
export type { ColumnType, ScalarKind, StructField, TableColumn } from './schema/columnType.ts';
export { type DefineTableOptions, defineTable } from './schema/defineTable.ts';
export { loadDescriptor } from './schema/loadDescriptor.ts';
export type { FieldLayout, MessageLayout, ProtoType } from './schema/messageLayout.ts';
export { protoText } from './schema/protoText.ts';
export { encodeRow } from './schema/rowEncoder.ts';
export type { Columns, FieldsOf, JsonValue, RowOf, UntypedRow, ValueOf } from './schema/rowType.ts';
export { TableDefinition, type TableDefinitionOptions } from './schema/tableDefinition.ts';
export type { AckCallback } from './sdk/ackCallback.ts';
export type { StreamState, StreamStats } from './sdk/streamStatus.ts';
export type { StreamTarget, TableProperties } from './sdk/tableProperties.ts';
export type { EncodableMessage, GoogleProtobufMessage, Payload } from './sdk/toRecord.ts';
export { type StreamConfigurationOptions, ZerobusSdk, type ZerobusSdkOptions } from './sdk/zerobusSdk.ts';
export { ZerobusStream } from './sdk/zerobusStream.ts';
export type { StreamOptions } from './stream/streamOptions.ts';
export type { ZerobusRecord } from './stream/streamTable.ts';
export type { TlsOptions } from './transport/tlsOptions.ts';
export type { Transport, TransportCall, TransportObserver } from './transport/transport.ts';
export type { RecordFormat } from './wire/batch.ts';
