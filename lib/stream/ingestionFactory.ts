import { type Observable, of } from 'rxjs';
import type { HeadersProvider, StreamHeaders } from '../auth/headersProvider.ts';
import { toStreamHeaders } from '../auth/toStreamHeaders.ts';
import { type ConnectionOptions, resolveConnection } from '../connection.ts';
import { ZerobusError } from '../errors.ts';
import { headersProviderOf } from '../headersProviderOf.ts';
import { parseTableName } from '../tableName.ts';
import { grpcTransport } from '../transport/grpcTransport.ts';
import type { Transport } from '../transport/transport.ts';
import { version } from '../version.ts';
import { createRequest } from '../wire/createRequest.ts';
import { JsonBatchBuilder } from '../wire/jsonBatchBuilder.ts';
import { ProtoBatchBuilder } from '../wire/protoBatchBuilder.ts';
import { Ingestion } from './ingestion.ts';
import type { MakeBuilder } from './outbox.ts';
import { type ResolvedStreamOptions, resolveStreamOptions, type StreamOptions } from './streamOptions.ts';

/** What a stream to one table is made of. */
export interface IngestionFactoryOptions extends ConnectionOptions, StreamOptions {
  /**
   * One serialised `google.protobuf.DescriptorProto`: makes it a PROTO stream, whose records are `Uint8Array`s. Without it, it is a
   * JSON stream.
   */
  readonly descriptor?: Uint8Array | undefined;
  /** How calls are opened, in place of gRPC to `endpoint`; no connection option is looked at then but `headersProvider`. */
  readonly transport?: Transport | undefined;
}

/** A record in any of the forms that a stream takes. */
export type ZerobusRecord = object | string | Uint8Array;

/** Makes an {@link Ingestion}, with nothing shared but what may be: the configuration and the cache of tokens. */
export type MakeIngestion = (onPressure?: (isHigh: boolean) => void) => Ingestion<ZerobusRecord>;

/**
 * Checks and completes everything a stream needs, before anything is opened.
 *
 * @throws ZerobusError `INVALID_TABLE_NAME`, `INVALID_ENDPOINT`, `INVALID_OPTIONS`
 */
export function ingestionFactory(table: string, options: IngestionFactoryOptions): MakeIngestion {
  const tableName = parseTableName(table).fullName;
  const stream = resolveStreamOptions(options);
  const descriptor = checkDescriptor(options.descriptor);
  const access =
    options.transport === undefined
      ? serviceAccess(tableName, options, stream)
      : givenAccess(options.transport, options.headersProvider);
  const request = createRequest(
    descriptor === undefined ? { tableName, format: 'JSON' } : { tableName, format: 'PROTO', descriptor },
  );
  const makeBuilder = builderMaker(descriptor === undefined ? JsonBatchBuilder : ProtoBatchBuilder);
  return (onPressure) => new Ingestion({ stream, ...access, createRequest: request, makeBuilder, onPressure });
}

interface Access {
  readonly transport: Transport;
  readonly headers$: Observable<StreamHeaders>;
  readonly invalidateHeaders: (headers: StreamHeaders) => boolean;
}

function serviceAccess(tableName: string, options: ConnectionOptions, stream: ResolvedStreamOptions): Access {
  const connection = resolveConnection(options);
  const provider = headersProviderOf(connection, tableName, stream);
  return { ...providedBy(provider), transport: grpcTransport({ ...connection, userAgent: `rxjs-zerobus/${version}` }) };
}

function givenAccess(transport: Transport, provider: HeadersProvider | undefined): Access {
  return {
    transport,
    ...(provider === undefined ? { headers$: of({}), invalidateHeaders: () => false } : providedBy(provider)),
  };
}

function providedBy(provider: HeadersProvider): Omit<Access, 'transport'> {
  return {
    headers$: toStreamHeaders(provider),
    invalidateHeaders: (headers) => provider.invalidate?.(headers) ?? false,
  };
}

function checkDescriptor(descriptor: Uint8Array | undefined): Uint8Array | undefined {
  if (descriptor === undefined || (descriptor instanceof Uint8Array && descriptor.length > 0)) return descriptor;
  throw new ZerobusError(
    'INVALID_OPTIONS',
    'descriptor must be the bytes of a serialised DescriptorProto (a Uint8Array that is not empty).',
  );
}

/** A builder checks each record's form itself: one that is not of the stream's is refused, whatever the types said. */
function builderMaker(Builder: typeof JsonBatchBuilder | typeof ProtoBatchBuilder): MakeBuilder<ZerobusRecord> {
  return (limits, onSealed) => new Builder(limits, onSealed) as ReturnType<MakeBuilder<ZerobusRecord>>;
}
