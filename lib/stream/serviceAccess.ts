import { type Observable, of } from 'rxjs';
import type { HeadersProvider } from '../auth/headersProvider.ts';
import type { TokenCache } from '../auth/tokenCache.ts';
import { toStreamHeaders } from '../auth/toStreamHeaders.ts';
import { type ConnectionOptions, resolveConnection } from '../connection.ts';
import { grpcTransport } from '../transport/grpcTransport.ts';
import type { StreamHeaders, Transport } from '../transport/transport.ts';
import { headersProviderOf } from './headersProviderOf.ts';
import type { ResolvedStreamOptions } from './streamOptions.ts';

/** Options of {@link serviceAccess}. */
export interface AccessOptions extends ConnectionOptions {
  /** The cache of tokens. Defaults to the cache of the process. */
  readonly tokenCache?: TokenCache | undefined;
  /** @internal Opens calls instead of gRPC to `endpoint`, for specs. If given, no connection option is required. */
  readonly transport?: Transport | undefined;
}

/** The transport of a stream, and the headers of its calls. */
export interface ServiceAccess {
  /** The URL of the service. `undefined` if calls are opened by another transport. */
  readonly endpoint?: string | undefined;
  readonly transport: Transport;
  /** Emits the headers of one connection. Subscribed to once per connection. */
  readonly headers$: Observable<StreamHeaders>;
  /** Called with headers that the service refused. Returns whether a new subscription can bring other headers. */
  readonly invalidateHeaders: (headers: StreamHeaders) => boolean;
}

/**
 * Checks how a stream reaches the service and fills in the defaults, before anything is opened.
 *
 * @throws {@link ZerobusError} `INVALID_ENDPOINT` or `INVALID_OPTIONS` if an option is malformed
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
  return { ...headersOf(provider), transport: grpcTransport(connection), endpoint: connection.endpoint };
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
