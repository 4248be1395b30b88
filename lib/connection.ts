import { checkCredentials, type OAuthCredentials } from './auth/checkCredentials.ts';
import type { HeadersProvider } from './auth/headersProvider.ts';
import type { NamesOf } from './errors/checkNames.ts';
import { ZerobusError } from './errors/zerobusError.ts';
import { Secret } from './secrets/secret.ts';
import { type Address, parseAddress } from './transport/parseAddress.ts';
import { type Route, routeTo } from './transport/route.ts';
import { type CheckedTlsOptions, checkTlsOptions, type TlsOptions } from './transport/tlsOptions.ts';
import { userAgentOf } from './transport/userAgentOf.ts';

/**
 * Endpoint and credentials of a connection. Omitted options are read from Databricks' usual environment variables, so
 * that no secret needs to be in code.
 */
export interface ConnectionOptions {
  /**
   * The Zerobus endpoint, e.g. `https://1234.zerobus.us-west-2.cloud.databricks.com`. If it has no scheme, `https://`
   * is added. `http://` means no TLS, for a server on this machine. Defaults to `ZEROBUS_ENDPOINT`.
   */
  readonly endpoint?: string | undefined;
  /**
   * The workspace, which issues tokens, e.g. `https://dbc-1234.cloud.databricks.com`. Defaults to `DATABRICKS_HOST`.
   */
  readonly workspaceUrl?: string | undefined;
  /** The application id of the service principal. Defaults to `DATABRICKS_CLIENT_ID`. */
  readonly clientId?: string | undefined;
  /** Its OAuth secret. A {@link Secret} lets the options be printed safely. Defaults to `DATABRICKS_CLIENT_SECRET`. */
  readonly clientSecret?: string | Secret | undefined;
  /**
   * Provides the headers instead of OAuth. If it is given, `workspaceUrl`, `clientId` and `clientSecret` are ignored.
   * Defaults to OAuth client credentials.
   */
  readonly headersProvider?: HeadersProvider | undefined;
  /**
   * TLS trust and client certificate, for streams and token requests. Defaults to Node's trusted CAs and no client
   * certificate.
   */
  readonly tls?: TlsOptions | undefined;
  /**
   * The name of your application, e.g. `my-app` or `my-app/1.0`, at most 256 printable ASCII characters. It follows the
   * name of this package in the `user-agent` of streams and token requests. Defaults to none.
   */
  readonly applicationName?: string | undefined;
}

/** The names of {@link ConnectionOptions}. */
export const connectionOptionNames: NamesOf<ConnectionOptions> = {
  applicationName: true,
  endpoint: true,
  workspaceUrl: true,
  clientId: true,
  clientSecret: true,
  headersProvider: true,
  tls: true,
};

/**
 * A headers provider of the user's. It is not enumerable, so that printing the connection does not print what the
 * provider holds.
 */
export interface ProvidedHeaders {
  readonly kind: 'headersProvider';
  readonly headersProvider: HeadersProvider;
}

/** A checked endpoint with its TLS options. */
export interface ResolvedEndpoint {
  readonly address: Address;
  /** The first label of the endpoint's host, which Databricks sets to the id of the workspace. */
  readonly workspaceId: string;
  readonly tls?: CheckedTlsOptions | undefined;
}

/** {@link ConnectionOptions} with all defaults, checked. Printing it shows no secret. */
export interface ResolvedConnection extends Omit<ResolvedEndpoint, 'address'> {
  /** With scheme, without trailing slash. */
  readonly endpoint: string;
  /** The source of a stream's headers. */
  readonly auth: OAuthCredentials | ProvidedHeaders;
  /** The route to the endpoint: with or without TLS, directly or through a proxy. */
  readonly route: Route;
  /** The name of this package and of the application. */
  readonly userAgent: string;
}

/** The environment variable of each option that has one. */
const environmentVariables = {
  endpoint: 'ZEROBUS_ENDPOINT',
  workspaceUrl: 'DATABRICKS_HOST',
  clientId: 'DATABRICKS_CLIENT_ID',
  clientSecret: 'DATABRICKS_CLIENT_SECRET',
} as const;

type OptionName = keyof typeof environmentVariables;

/**
 * Checks connection options and fills in the defaults.
 *
 * @param options the user's options
 * @param env the environment to fall back to; a variable that is set to the empty string counts as missing. Defaults to
 * `process.env`
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if options are missing, all of which it names, or if one is malformed;
 * `INVALID_ENDPOINT` if `endpoint` or `workspaceUrl` is not an address
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
  const text = lookUpAll(options, env, needed, '; or pass a headersProvider instead of credentials');

  const { address, ...endpoint } = resolveEndpoint(text('endpoint'), options.tls);
  return {
    endpoint: address.url,
    ...endpoint,
    auth: provided
      ? checkProvider(headersProvider)
      : checkCredentials(text('workspaceUrl'), text('clientId'), text('clientSecret')),
    route: routeTo(address, endpoint.tls, env),
    userAgent: userAgentOf(options.applicationName),
  };
}

/**
 * Checks an endpoint and its TLS options. Does not read the environment.
 *
 * @param endpoint a host, with or without scheme
 * @param tls see {@link ConnectionOptions.tls}
 * @throws {@link ZerobusError} `INVALID_ENDPOINT` if `endpoint` is not the address of a host; `INVALID_OPTIONS` if it
 * is missing, or if `tls` is malformed or the endpoint has no TLS
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
      `tls is given, but the endpoint ${address.url} has no TLS: use https://, or omit tls.`,
    );
  }
  return { address, workspaceId: workspaceIdOf(address), ...(checkedTls === undefined ? {} : { tls: checkedTls }) };
}

/**
 * Checks the credentials alone and fills in the defaults, for the workspace's REST API, which needs no endpoint.
 *
 * @param options the user's options
 * @param env the environment to fall back to; a variable that is set to the empty string counts as missing. Defaults to
 * `process.env`
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if options are missing, all of which it names, or if one is malformed;
 * `INVALID_ENDPOINT` if `workspaceUrl` is not an address
 */
export function resolveCredentials(
  options: Pick<ConnectionOptions, 'workspaceUrl' | 'clientId' | 'clientSecret'>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): OAuthCredentials {
  const text = lookUpAll(options, env, ['workspaceUrl', 'clientId', 'clientSecret'], '');
  return checkCredentials(text('workspaceUrl'), text('clientId'), text('clientSecret'));
}

/** @param alternative a hint for the message, if credentials are missing */
function lookUpAll(
  options: ConnectionOptions,
  env: Readonly<Record<string, string | undefined>>,
  needed: readonly OptionName[],
  alternative: string,
): (name: OptionName) => string {
  const found = new Map(needed.map((name) => [name, lookUp(options, env, name)]));
  const missing = needed.filter((name) => !found.get(name));
  if (missing.length > 0) {
    throw missingOptions(missing, alternative);
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
    throw new ZerobusError('INVALID_OPTIONS', `${name} must be a string, got ${typeof text}.`);
  }
  return name === 'clientSecret' ? text : text.trim();
}

function missingOptions(missing: readonly OptionName[], alternative: string): ZerobusError {
  const list = missing.map((name) => `${name} (or the environment variable ${environmentVariables[name]})`);
  const hint = missing.some((name) => name !== 'endpoint') ? alternative : '';
  return new ZerobusError('INVALID_OPTIONS', `Missing connection options: ${list.join(', ')}${hint}.`);
}

function parseEndpoint(text: string): Address {
  const address = parseAddress('endpoint', text);
  if (address.path === '') {
    return address;
  }
  throw new ZerobusError(
    'INVALID_ENDPOINT',
    `Invalid endpoint ${address.url}: an endpoint is a host, so omit the path.`,
  );
}

/**
 * Databricks puts the id first in the host name of the endpoint. An address in brackets has no labels and is used as a
 * whole.
 */
function workspaceIdOf({ hostname }: Address): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : (hostname.split('.')[0] ?? hostname);
}

function checkProvider(headersProvider: HeadersProvider): ProvidedHeaders {
  if (typeof headersProvider?.getHeaders !== 'function') {
    throw new ZerobusError('INVALID_OPTIONS', 'headersProvider must have a method getHeaders().');
  }
  return Object.defineProperty({ kind: 'headersProvider', headersProvider }, 'headersProvider', { enumerable: false });
}
