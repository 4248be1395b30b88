import { createHash } from 'node:crypto';
import { catchError, defer, map, type Observable, type SchedulerLike, throwError } from 'rxjs';
import { isZerobusError, ZerobusError } from '../errors/zerobusError.ts';
import { cleanCause } from '../secrets/cleanCause.ts';
import { secretForms } from '../secrets/redact.ts';
import type { Secret } from '../secrets/secret.ts';
import { parseTableName, type TableName } from '../table/tableName.ts';
import { parseAddress } from '../transport/parseAddress.ts';
import { routeTo } from '../transport/route.ts';
import { checkTlsOptions, type TlsOptions } from '../transport/tlsOptions.ts';
import type { StreamHeaders } from '../transport/transport.ts';
import { checkCredentials, type OAuthCredentials } from './checkCredentials.ts';
import type { FetchToken, TokenResponse } from './fetchToken.ts';
import type { HeadersProvider } from './headersProvider.ts';
import { requestToken } from './requestToken.ts';
import { TokenCache } from './tokenCache.ts';
import type { TokenRequest } from './tokenRequest.ts';

/** What an {@link OAuthHeadersProvider} is made of. */
export interface OAuthHeadersProviderOptions {
  /**
   * Where tokens are asked for, e.g. `https://dbc-1234.cloud.databricks.com`; `https://` is added where no scheme
   * stands there.
   */
  readonly workspaceUrl: string;
  /** The id of the workspace: the first label of the Zerobus endpoint's host. */
  readonly workspaceId: string;
  /** The table the tokens are for: `catalog.schema.table`. */
  readonly table: string;
  /** The application id of the service principal. */
  readonly clientId: string;
  /** Its OAuth secret. */
  readonly clientSecret: string | Secret;
  /** Where tokens are kept; give the same to several providers to have them share. Defaults to a cache of its own. */
  readonly cache?: TokenCache | undefined;
  /**
   * The clock and the timers of the provider's own cache; a given `cache` brings its own. Defaults to `asyncScheduler`.
   */
  readonly scheduler?: SchedulerLike | undefined;
  /** How long a stream waits for a token in ms, half of it where the last one is still valid. Defaults to 15,000. */
  readonly timeoutMs?: number | undefined;
  /**
   * Whom to trust, and as whom to appear, where tokens are asked for over TLS. Defaults to whom Node.js trusts, and as
   * nobody.
   */
  readonly tls?: TlsOptions | undefined;
  /** Fetches a token by another grant. Defaults to OAuth client credentials at the workspace. */
  readonly fetchToken?: FetchToken | undefined;
}

const DEFAULT_TIMEOUT_MS = 15_000;
/** Timers of Node.js that are set for longer fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;
const TABLE_HEADER = 'x-databricks-zerobus-table-name';
const BEARER = 'Bearer ';

/**
 * The headers that Zerobus wants, with a token by OAuth client credentials: `authorization` and
 * `x-databricks-zerobus-table-name`. Tokens are cached, and fetched anew before they expire and after the service
 * refused one. Printing it shows no secret.
 *
 * @example
 * ```ts
 * import { OAuthHeadersProvider, TokenCache } from 'rxjs-zerobus';
 *
 * const cache = new TokenCache();
 * const headersProvider = new OAuthHeadersProvider({
 *   workspaceUrl: 'https://dbc-1234.cloud.databricks.com', workspaceId: '1234', table: 'main.iot.readings', clientId,
 *   clientSecret, cache, });
 * ```
 */
export class OAuthHeadersProvider implements HeadersProvider {
  readonly #credentials: OAuthCredentials;
  readonly #table: TableName;
  readonly #cache: TokenCache;
  readonly #key: string;
  readonly #timeoutMs: number;
  readonly #fetchToken: FetchToken;

  /** @throws {@link ZerobusError} `INVALID_OPTIONS`, `INVALID_TABLE_NAME` or, for `workspaceUrl`, `INVALID_ENDPOINT` */
  constructor(options: OAuthHeadersProviderOptions) {
    const { workspaceUrl, workspaceId, clientId, clientSecret, scheduler } = options;
    const { timeoutMs = DEFAULT_TIMEOUT_MS } = options;
    if (!(timeoutMs > 0 && timeoutMs <= MAX_TIMER_MS)) {
      throw new ZerobusError(
        'INVALID_OPTIONS',
        `timeoutMs must be above 0 and at most ${MAX_TIMER_MS}, got ${timeoutMs}`,
      );
    }
    if (!/^[^\s\p{Cc}/]+$/u.test(workspaceId)) {
      throw new ZerobusError(
        'INVALID_OPTIONS',
        'workspaceId must not be empty nor hold blanks, slashes or control characters',
      );
    }
    const credentials = checkCredentials(workspaceUrl, clientId, clientSecret);
    const table = parseTableName(options.table);
    this.#credentials = credentials;
    this.#table = table;
    this.#cache = options.cache ?? new TokenCache(scheduler === undefined ? {} : { scheduler });
    this.#key = cacheKey(credentials, workspaceId, table);
    this.#timeoutMs = timeoutMs;
    this.#fetchToken = options.fetchToken ?? fetchBy({ credentials, workspaceId, table }, options.tls);
  }

  /**
   * The headers of the next connection: cold, one value, at once where the cache has a token. Errors:
   * `INVALID_CREDENTIALS`, `INVALID_ENDPOINT` and, retryable, `TOKEN_FETCH_FAILED`.
   */
  getHeaders(): Observable<StreamHeaders> {
    const query = { key: this.#key, fetchToken: this.#fetch, timeoutMs: this.#timeoutMs };
    return this.#cache
      .getToken(query)
      .pipe(map((token) => ({ authorization: `${BEARER}${token}`, [TABLE_HEADER]: this.#table.fullName })));
  }

  /**
   * Drops the refused token, where it is still the cached one, for this table alone.
   *
   * @returns true for headers of this provider: asking again brings another token
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
    defer(() => this.#fetchToken()).pipe(catchError((error: unknown) => throwError(() => this.#toTokenError(error))));

  #toTokenError(error: unknown): ZerobusError {
    if (isZerobusError(error)) {
      return error;
    }
    const { clientId, clientSecret } = this.#credentials;
    const cause = cleanCause(error, secretForms(clientId, clientSecret.reveal()));
    return new ZerobusError('TOKEN_FETCH_FAILED', `No token: ${cause.message}`, { cause });
  }
}

/** Requests by the route that is found now, so that what is wrong with it shows before the first of them. */
function fetchBy(request: TokenRequest, tls: TlsOptions | undefined): FetchToken {
  const address = parseAddress('workspaceUrl', request.credentials.workspaceUrl);
  const route = routeTo(address, tls === undefined ? undefined : checkTlsOptions(tls));
  return () => requestToken({ ...request, route });
}

/** A secret of which only the hash is compared need not be kept a second time. */
function cacheKey(credentials: OAuthCredentials, workspaceId: string, table: TableName): string {
  const { workspaceUrl, clientId, clientSecret } = credentials;
  const secretHash = createHash('sha256').update(clientSecret.reveal()).digest('hex');
  return JSON.stringify([clientId, secretHash, table.fullName, workspaceUrl, workspaceId]);
}
