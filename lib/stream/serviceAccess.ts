import { type Observable, of } from 'rxjs';
import type { HeadersProvider } from '../auth/headersProvider.ts';
import type { TokenCache } from '../auth/tokenCache.ts';
import { toStreamHeaders } from '../auth/toStreamHeaders.ts';
import { type ConnectionOptions, headersProviderOf, resolveConnection } from '../connection.ts';
import { grpcTransport } from '../transport/grpcTransport.ts';
import type { StreamHeaders, Transport } from '../transport/transport.ts';
import { VERSION } from '../version.ts';
import type { ResolvedStreamOptions } from './streamOptions.ts';

/** Options of {@link serviceAccess}, beside {@link ConnectionOptions}. */
export interface AccessOptions extends ConnectionOptions {
  /** The cache of tokens. Defaults to a cache of the stream's own. */
  readonly tokenCache?: TokenCache | undefined;
  /** @internal Opens calls instead of gRPC to `endpoint`, for specs. If given, no connection option is required. */
  readonly transport?: Transport | undefined;
}

/** How a stream gets to the service. */
export interface ServiceAccess {
  readonly transport: Transport;
  /** The headers of one connection; subscribed to for each anew. */
  readonly headers$: Observable<StreamHeaders>;
  /** Told of headers that the service refused; returns whether asking again can bring others. */
  readonly invalidateHeaders: (headers: StreamHeaders) => boolean;
}

/**
 * Completes and checks how a stream gets to the service, before anything is opened.
 *
 * @throws ZerobusError `INVALID_ENDPOINT`, `INVALID_OPTIONS`
 */
export function serviceAccess(tableName: string, options: AccessOptions, stream: ResolvedStreamOptions): ServiceAccess {
  const { transport, headersProvider } = options;
  if (transport !== undefined) {
    return { transport, ...(headersProvider === undefined ? noHeaders() : headersOf(headersProvider)) };
  }
  const connection = resolveConnection(options);
  const { scheduler, recoveryTimeoutMs } = stream;
  const provider = headersProviderOf(connection, tableName, {
    cache: options.tokenCache,
    scheduler,
    timeoutMs: recoveryTimeoutMs,
  });
  return { ...headersOf(provider), transport: grpcTransport({ ...connection, userAgent: `rxjs-zerobus/${VERSION}` }) };
}

function noHeaders(): Omit<ServiceAccess, 'transport'> {
  return { headers$: of({}), invalidateHeaders: () => false };
}

function headersOf(provider: HeadersProvider): Omit<ServiceAccess, 'transport'> {
  return {
    headers$: toStreamHeaders(provider),
    invalidateHeaders: (headers) => provider.invalidate?.(headers) ?? false,
  };
}
