import { createHash } from 'node:crypto';
import { asyncScheduler, catchError, defer, map, type Observable, type SchedulerLike, throwError } from 'rxjs';
import { checkFunction } from '../errors/checkFunction.ts';
import { checkNames, type NamesOf } from '../errors/checkNames.ts';
import { timerDelay } from '../errors/checkNumber.ts';
import { checkScheduler } from '../errors/checkScheduler.ts';
import { readArguments } from '../errors/readArguments.ts';
import { isZerobusError, ZerobusError } from '../errors/zerobusError.ts';
import { cleanCause } from '../secrets/cleanCause.ts';
import { secretForms } from '../secrets/redact.ts';
import type { Secret } from '../secrets/secret.ts';
import { parseTableName, type TableName } from '../table/tableName.ts';
import { parseAddress } from '../transport/parseAddress.ts';
import { routeTo } from '../transport/route.ts';
import { type CheckedTlsOptions, checkTlsOptions, type TlsOptions } from '../transport/tlsOptions.ts';
import type { StreamHeaders } from '../transport/transport.ts';
import { checkCredentials, type OAuthCredentials } from './checkCredentials.ts';
import type { FetchToken, TokenResponse } from './fetchToken.ts';
import type { HeadersProvider } from './headersProvider.ts';
import { processTokenCache } from './processTokenCache.ts';
import { publishToken } from './publishToken.ts';
import { requestToken } from './requestToken.ts';
import { TokenCache } from './tokenCache.ts';
import type { IngestTokenRequest } from './tokenRequest.ts';

/** Options of {@link OAuthHeadersProvider}. */
export interface OAuthHeadersProviderOptions {
  /**
   * The workspace that issues the tokens, e.g. `https://dbc-1234.cloud.databricks.com`. `https://` is added if there is
   * no scheme.
   */
  readonly workspaceUrl: string;
  /** The id of the workspace: the first label of the Zerobus endpoint's host. */
  readonly workspaceId: string;
  /** The table that the tokens are for: `catalog.schema.table`. */
  readonly table: string;
  /** The application id of the service principal. */
  readonly clientId: string;
  /** Its OAuth secret. */
  readonly clientSecret: string | Secret;
  /**
   * Keeps the tokens. Providers with the same cache share them. Defaults to the cache of the process, or with
   * `fetchToken` to a cache of its own.
   */
  readonly cache?: TokenCache | undefined;
  /**
   * Clock and timers of the default cache; a given `cache` has its own. Providers with another scheduler do not share
   * tokens. Defaults to `asyncScheduler`.
   */
  readonly scheduler?: SchedulerLike | undefined;
  /** The longest wait for a token in ms, or half of it while the last token is still valid. Defaults to 15,000. */
  readonly timeoutMs?: number | undefined;
  /** TLS trust and client certificate for token requests. Defaults to Node's trusted CAs and no client certificate. */
  readonly tls?: TlsOptions | undefined;
  /** @internal The `user-agent` of token requests. Defaults to that of this package. */
  readonly userAgent?: string | undefined;
  /** Fetches tokens by another grant. Defaults to OAuth client credentials at the workspace. */
  readonly fetchToken?: FetchToken | undefined;
}

const optionNames: NamesOf<OAuthHeadersProviderOptions> = {
  workspaceUrl: true,
  workspaceId: true,
  table: true,
  clientId: true,
  clientSecret: true,
  cache: true,
  scheduler: true,
  timeoutMs: true,
  tls: true,
  fetchToken: true,
  userAgent: false,
};

const DEFAULT_TIMEOUT_MS = 15_000;
const TABLE_HEADER = 'x-databricks-zerobus-table-name';
const BEARER = 'Bearer ';

/**
 * Provides the headers that Zerobus requires, `authorization` and `x-databricks-zerobus-table-name`, with a token from
 * OAuth client credentials. Tokens are cached. They are fetched again before they expire, and after the service has
 * refused one. Printing the provider shows no secret.
 *
 * @example
 * ```ts
 * import { OAuthHeadersProvider, TokenCache } from 'rxjs-zerobus';
 *
 * const cache = new TokenCache();
 * const headersProvider = new OAuthHeadersProvider({
 *   workspaceUrl: 'https://dbc-1234.cloud.databricks.com',
 *   workspaceId: '1234',
 *   table: 'main.iot.readings',
 *   clientId,
 *   clientSecret,
 *   cache,
 * });
 * ```
 */
export class OAuthHeadersProvider implements HeadersProvider {
  readonly #credentials: OAuthCredentials;
  readonly #table: TableName;
  readonly #cache: TokenCache;
  readonly #key: string;
  readonly #timeoutMs: number;
  readonly #fetchToken: FetchToken;
  readonly #scheduler: SchedulerLike;

  /**
   * @throws {@link ZerobusError} `INVALID_OPTIONS`, `INVALID_TABLE_NAME` or `INVALID_ENDPOINT` if an option is invalid
   */
  constructor(options: OAuthHeadersProviderOptions) {
    const checked = readArguments('OAuthHeadersProvider', () => settingsOf(options));
    this.#credentials = checked.credentials;
    this.#table = checked.table;
    this.#timeoutMs = checked.timeoutMs;
    this.#cache = checked.cache;
    this.#key = checked.key;
    this.#fetchToken = checked.fetchToken;
    this.#scheduler = options.scheduler ?? asyncScheduler;
  }

  /**
   * Returns the headers of the next connection: cold, one value, at once if the cache has a token. Fails with
   * `INVALID_CREDENTIALS`, `INVALID_ENDPOINT` or the retryable `TOKEN_FETCH_FAILED`.
   */
  getHeaders(): Observable<StreamHeaders> {
    const query = { key: this.#key, fetchToken: this.#fetch, timeoutMs: this.#timeoutMs };
    return this.#cache
      .getToken(query)
      .pipe(map((token) => ({ authorization: `${BEARER}${token}`, [TABLE_HEADER]: this.#table.fullName })));
  }

  /**
   * Drops the refused token of this table, if it is still the cached one.
   *
   * @returns true for headers of this provider, since another call returns another token
   */
  invalidate(headers: StreamHeaders): boolean {
    const authorization = headers['authorization'] ?? '';
    if (!authorization.startsWith(BEARER) || headers[TABLE_HEADER] !== this.#table.fullName) {
      return false;
    }
    this.#cache.invalidate(this.#key, authorization.slice(BEARER.length));
    return true;
  }

  readonly #fetch: FetchToken = (): Observable<TokenResponse> =>
    defer(() => this.#fetchToken()).pipe(
      catchError((error: unknown) => throwError(() => this.#toTokenError(error))),
      publishToken(this.#table.fullName, this.#scheduler),
    );

  #toTokenError(error: unknown): ZerobusError {
    if (isZerobusError(error)) {
      return error;
    }
    const { clientId, clientSecret } = this.#credentials;
    const cause = cleanCause(error, secretForms(clientId, clientSecret.reveal()));
    return new ZerobusError('TOKEN_FETCH_FAILED', `The token could not be fetched: ${cause.message}`, { cause });
  }
}

/** Options of an {@link OAuthHeadersProvider}, checked. */
interface Settings extends Pick<IngestTokenRequest, 'credentials' | 'table'> {
  readonly timeoutMs: number;
  readonly cache: TokenCache;
  readonly key: string;
  readonly fetchToken: FetchToken;
}

function settingsOf(options: OAuthHeadersProviderOptions): Settings {
  checkNames('OAuthHeadersProvider', options, optionNames, { recoveryTimeoutMs: 'timeoutMs' });
  const { workspaceUrl, workspaceId, clientId, clientSecret, cache, scheduler, fetchToken } = options;
  const timeoutMs = timerDelay('timeoutMs', options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  if (typeof workspaceId !== 'string' || !/^[^\s\p{Cc}/]+$/u.test(workspaceId)) {
    throw new ZerobusError(
      'INVALID_OPTIONS',
      'workspaceId must not be empty or contain blanks, slashes or control characters.',
    );
  }
  checkScheduler(scheduler);
  if (cache !== undefined && (typeof cache?.getToken !== 'function' || typeof cache.invalidate !== 'function')) {
    throw new ZerobusError('INVALID_OPTIONS', 'cache must be a cache of tokens: pass a TokenCache.');
  }
  const credentials = checkCredentials(workspaceUrl, clientId, clientSecret);
  const table = parseTableName(options.table);
  const checked = { credentials, table, timeoutMs };
  if (fetchToken !== undefined) {
    checkFunction('fetchToken', fetchToken, '() => … ');
    const ownCache = cache ?? new TokenCache(scheduler === undefined ? {} : { scheduler });
    return { ...checked, cache: ownCache, key: cacheKey({ credentials, workspaceId, table }), fetchToken };
  }
  const tls = options.tls === undefined ? undefined : checkTlsOptions(options.tls);
  const route = routeTo(parseAddress('workspaceUrl', credentials.workspaceUrl), tls);
  const request = { credentials, workspaceId, table, route, userAgent: options.userAgent };
  return {
    ...checked,
    cache: cache ?? processTokenCache(scheduler),
    key: cacheKey(request, tls),
    fetchToken: () => requestToken(request),
  };
}

/**
 * Returns the key of a token: who asks whom for what, and by which route, so that a token never reaches a stream that
 * could not have fetched it. Secrets are part of it as a hash, so they are not kept a second time.
 */
function cacheKey({ credentials, workspaceId, table, route }: IngestTokenRequest, tls?: CheckedTlsOptions): string {
  const { workspaceUrl, clientId, clientSecret } = credentials;
  const { proxy } = route ?? {};
  const hash = createHash('sha256')
    .update(
      JSON.stringify([
        clientSecret.reveal(),
        [tls?.ca, tls?.cert, tls?.key?.reveal(), tls?.passphrase?.reveal()],
        [proxy?.url, proxy?.authorization?.reveal()],
      ]),
    )
    .digest('hex');
  return JSON.stringify([clientId, hash, table.fullName, workspaceUrl, workspaceId]);
}
