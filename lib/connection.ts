import type { SchedulerLike } from 'rxjs';
import { checkCredentials, type OAuthCredentials } from './auth/checkCredentials.ts';
import type { HeadersProvider } from './auth/headersProvider.ts';
import { OAuthHeadersProvider } from './auth/oAuthHeadersProvider.ts';
import type { TokenCache } from './auth/tokenCache.ts';
import { ZerobusError } from './errors/zerobusError.ts';
import { Secret } from './secrets/secret.ts';
import { type Address, parseAddress } from './transport/parseAddress.ts';
import { type Route, routeTo } from './transport/route.ts';
import { type CheckedTlsOptions, checkTlsOptions, type TlsOptions } from './transport/tlsOptions.ts';

/**
 * How to reach the service and who one is there. What is left out is taken from Databricks' usual environment
 * variables, so that no secret has to stand in code.
 */
export interface ConnectionOptions {
  /**
   * The Zerobus endpoint, `https://<workspace id>.zerobus.<region>.cloud.databricks.com`; `https://` is added if it has
   * no scheme, `http://` means no TLS (for a server on this machine). Defaults to `ZEROBUS_ENDPOINT`.
   */
  readonly endpoint?: string | undefined;
  /**
   * The workspace, where tokens are asked for, e.g. `https://dbc-1234.cloud.databricks.com`. Defaults to
   * `DATABRICKS_HOST`.
   */
  readonly workspaceUrl?: string | undefined;
  /** The application id of the service principal. Defaults to `DATABRICKS_CLIENT_ID`. */
  readonly clientId?: string | undefined;
  /** Its OAuth secret. Defaults to `DATABRICKS_CLIENT_SECRET`. A {@link Secret} lets the options be printed safely. */
  readonly clientSecret?: string | Secret | undefined;
  /**
   * Where the headers come from instead; `workspaceUrl`, `clientId` and `clientSecret` are not looked at then. Defaults
   * to OAuth client credentials.
   */
  readonly headersProvider?: HeadersProvider | undefined;
  /**
   * The authorities to trust, and the certificate of this client, for connections over TLS: streams and token requests
   * alike. Defaults to the authorities that Node.js trusts, and no certificate.
   */
  readonly tls?: TlsOptions | undefined;
}

/**
 * A headers provider of the user's; not enumerable, so that printing the connection does not print what the provider
 * holds.
 */
export interface ProvidedHeaders {
  readonly kind: 'headersProvider';
  readonly headersProvider: HeadersProvider;
}

/** An endpoint and its TLS options after every check. */
export interface ResolvedEndpoint {
  readonly address: Address;
  /** The first label of the endpoint's host, which Databricks makes the id of the workspace. */
  readonly workspaceId: string;
  readonly tls?: CheckedTlsOptions | undefined;
}

/** {@link ConnectionOptions} after every default and check. Printing it shows no secret. */
export interface ResolvedConnection extends Omit<ResolvedEndpoint, 'address'> {
  /** With scheme, without trailing slash. */
  readonly endpoint: string;
  /** Where the headers of a stream come from. */
  readonly auth: OAuthCredentials | ProvidedHeaders;
  /** The way to the endpoint: over TLS or not, by a proxy or not. */
  readonly route: Route;
}

/** The environment variable behind each option that has one. */
const environmentVariables = {
  endpoint: 'ZEROBUS_ENDPOINT',
  workspaceUrl: 'DATABRICKS_HOST',
  clientId: 'DATABRICKS_CLIENT_ID',
  clientSecret: 'DATABRICKS_CLIENT_SECRET',
} as const;

type OptionName = keyof typeof environmentVariables;

/**
 * Completes and checks connection options.
 *
 * @param options what the user said
 * @param env the environment to fall back to; a variable that is set to nothing counts as not set. Defaults to
 * `process.env`
 * @throws {@link ZerobusError} `INVALID_OPTIONS` naming everything that is missing, or what has the wrong form;
 * `INVALID_ENDPOINT` where `endpoint` or `workspaceUrl` is no address
 */
export function resolveConnection(
  options: ConnectionOptions,
  env: Readonly<Record<string, string | undefined>> = process.env,
): ResolvedConnection {
  const { headersProvider } = options;
  const provided = headersProvider !== undefined;
  const needed: readonly OptionName[] = provided
    ? ['endpoint']
    : ['endpoint', 'workspaceUrl', 'clientId', 'clientSecret'];
  const text = lookUpAll(options, env, needed, '; or give a headersProvider in place of credentials');

  const { address, ...endpoint } = resolveEndpoint(text('endpoint'), options.tls);
  return {
    endpoint: address.url,
    ...endpoint,
    auth: provided
      ? checkProvider(headersProvider)
      : checkCredentials(text('workspaceUrl'), text('clientId'), text('clientSecret')),
    route: routeTo(address, endpoint.tls, env),
  };
}

/**
 * Checks an endpoint and the TLS options for it, without a look at the environment.
 *
 * @param endpoint a host, with or without scheme
 * @throws {@link ZerobusError} `INVALID_ENDPOINT` if `endpoint` is not the address of a host; `INVALID_OPTIONS` if it
 * is missing, or if `tls` is malformed or given for an endpoint without TLS
 */
export function resolveEndpoint(endpoint: string, tls: TlsOptions | undefined): ResolvedEndpoint {
  if (typeof endpoint !== 'string' || endpoint.trim() === '') {
    throw new ZerobusError('INVALID_OPTIONS', 'endpoint is missing: pass the address of a Zerobus endpoint.');
  }
  const address = parseEndpoint(endpoint);
  const checkedTls = tls === undefined ? undefined : checkTlsOptions(tls);
  if (checkedTls !== undefined && address.plaintext) {
    throw new ZerobusError(
      'INVALID_OPTIONS',
      `tls is given, but the endpoint ${address.url} is without TLS: give it as https://, or omit tls.`,
    );
  }
  return { address, workspaceId: workspaceIdOf(address), ...(checkedTls === undefined ? {} : { tls: checkedTls }) };
}

/**
 * Completes and checks the credentials alone, for what needs no endpoint: the workspace's REST API.
 *
 * @param options what the user said
 * @param env the environment to fall back to; a variable that is set to nothing counts as not set. Defaults to
 * `process.env`
 * @throws {@link ZerobusError} `INVALID_OPTIONS` naming everything that is missing, or what has the wrong form;
 * `INVALID_ENDPOINT` where `workspaceUrl` is no address
 */
export function resolveCredentials(
  options: Pick<ConnectionOptions, 'workspaceUrl' | 'clientId' | 'clientSecret'>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): OAuthCredentials {
  const text = lookUpAll(options, env, ['workspaceUrl', 'clientId', 'clientSecret'], '');
  return checkCredentials(text('workspaceUrl'), text('clientId'), text('clientSecret'));
}

/** How the tokens of a connection are kept and waited for; see `OAuthHeadersProviderOptions`. */
export interface TokenOptions {
  /** Where tokens are kept. Defaults to a cache of the provider's own. */
  readonly cache?: TokenCache | undefined;
  /** The clock and the timers of the provider's own cache. Defaults to `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
  /** How long a stream waits for a token in ms. Defaults to 15,000. */
  readonly timeoutMs?: number | undefined;
}

/**
 * The provider of a connection's headers: the user's own one, or OAuth with the connection's credentials.
 *
 * @param connection made by {@link resolveConnection}
 * @param table the table to write: `catalog.schema.table`
 * @throws `ZerobusError` `INVALID_TABLE_NAME`
 */
export function headersProviderOf(
  connection: ResolvedConnection,
  table: string,
  options: TokenOptions = {},
): HeadersProvider {
  const { auth, workspaceId, tls } = connection;
  if (auth.kind === 'headersProvider') {
    return auth.headersProvider;
  }
  const { workspaceUrl, clientId, clientSecret } = auth;
  return new OAuthHeadersProvider({ workspaceUrl, workspaceId, table, clientId, clientSecret, tls, ...options });
}

/** @param instead what else there is to do where credentials are missing */
function lookUpAll(
  options: ConnectionOptions,
  env: Readonly<Record<string, string | undefined>>,
  needed: readonly OptionName[],
  instead: string,
): (name: OptionName) => string {
  const found = new Map(needed.map((name) => [name, lookUp(options, env, name)]));
  const missing = needed.filter((name) => !found.get(name));
  if (missing.length > 0) {
    throw missingOptions(missing, instead);
  }
  return (name) => found.get(name) ?? '';
}

function lookUp(
  options: ConnectionOptions,
  env: Readonly<Record<string, string | undefined>>,
  name: OptionName,
): string {
  const given = options[name] ?? env[environmentVariables[name]] ?? '';
  const text = given instanceof Secret ? given.reveal() : given;
  if (typeof text !== 'string') {
    throw new ZerobusError('INVALID_OPTIONS', `${name} must be a string, got ${typeof text}`);
  }
  return name === 'clientSecret' ? text : text.trim();
}

function missingOptions(missing: readonly OptionName[], instead: string): ZerobusError {
  const list = missing.map((name) => `${name} (or the environment variable ${environmentVariables[name]})`);
  const hint = missing.some((name) => name !== 'endpoint') ? instead : '';
  return new ZerobusError('INVALID_OPTIONS', `Missing connection options: ${list.join(', ')}${hint}`);
}

function parseEndpoint(text: string): Address {
  const address = parseAddress('endpoint', text);
  if (address.path === '') {
    return address;
  }
  throw new ZerobusError('INVALID_ENDPOINT', `Invalid endpoint ${address.url}: it is a host, without a path`);
}

/**
 * Databricks puts the id first in the endpoint's host name; an address in brackets has no labels and stands for itself.
 */
function workspaceIdOf({ hostname }: Address): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : (hostname.split('.')[0] ?? hostname);
}

function checkProvider(headersProvider: HeadersProvider): ProvidedHeaders {
  if (typeof headersProvider?.getHeaders !== 'function') {
    throw new ZerobusError('INVALID_OPTIONS', 'headersProvider must have a method getHeaders()');
  }
  return Object.defineProperty({ kind: 'headersProvider', headersProvider }, 'headersProvider', { enumerable: false });
}
