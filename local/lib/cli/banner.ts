import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { shellQuoted } from '../files/shellQuoted.ts';
import { isLoopback, reachableHosts, urlHost } from '../net/reachableHosts.ts';
import { fullTableName } from '../schema/deltaType.ts';
import type { GivenTls } from '../tls/serverTls.ts';
import type { ZerobusLocal } from '../zerobusLocal.ts';

/** What the server can't say itself. */
export interface BannerOptions {
  /** The host that it listens on. */
  readonly host: string;
  readonly auth: false | { readonly clientId: string } | undefined;
  readonly tls: boolean | GivenTls;
}

/** The text that the command prints once it listens: addresses, tables, and how to configure a client. */
export function banner(server: ZerobusLocal, options: BannerOptions): string {
  const tables = server.tables.map((table) => `  ${fullTableName(table)}  ${server.tablePath(fullTableName(table))}`);
  return [
    `gRPC (Zerobus)         ${server.endpoint}`,
    `HTTP (workspace URL)   ${server.workspaceUrl}`,
    `Live page              ${server.workspaceUrl}/${options.auth ? '      # asks for the client id and its secret' : ''}`,
    ...otherAddresses(server, options.host),
    `Data directory         ${server.dataDir}`,
    ...(server.caPath === undefined ? [] : [`Certificate authority  ${server.caPath}`]),
    '',
    tables.length === 0
      ? 'No tables yet. Create one on the live page, or declare it with --table "CREATE TABLE catalog.schema.table (…)".'
      : 'Tables:',
    ...tables,
    '',
    'Configure a client:',
    `  export ZEROBUS_ENDPOINT=${server.endpoint}`,
    `  export DATABRICKS_HOST=${server.workspaceUrl}`,
    ...credentialLines(options.auth),
    ...trustLines(server.caPath),
    '',
    ...exposureLines(options),
    ...certificateLines(server, options.tls),
    'Press Ctrl-C to stop. All acknowledged rows are then in their tables.',
    '',
  ].join('\n');
}

/** The addresses for clients on other machines, if the server listens on all of them. */
function otherAddresses(server: ZerobusLocal, host: string): readonly string[] {
  const [{ protocol }, [, ...others]] = [new URL(server.endpoint), reachableHosts(host)];
  return others.map((other) => {
    const base = `${protocol}//${urlHost(other)}`;
    return `From other machines    ${base}:${server.port} and ${base}:${server.httpPort}`;
  });
}

/** Warns if other machines can reach the server and need no secret. */
function exposureLines({ host, auth, tls }: BannerOptions): readonly string[] {
  const needsCertificate = typeof tls === 'object' && tls.ca !== undefined;
  if (isLoopback(host) || (auth !== false && auth !== undefined) || needsCertificate) {
    return [];
  }
  return [
    'Note: other machines can reach this server, write into its tables and read them. Set --client-id and --client-secret.',
    '',
  ];
}

/** Says what given certificates require of clients. */
function certificateLines(server: ZerobusLocal, tls: boolean | GivenTls): readonly string[] {
  if (typeof tls === 'boolean') {
    return [];
  }
  const certificate = new X509Certificate(tls.cert);
  const host = new URL(server.endpoint).hostname.replace(/^\[|\]$/g, '');
  const isNamed = (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined;
  const names = certificate.subjectAltName ?? certificate.subject;
  return [
    ...(isNamed ? [] : [`Note: the certificate is not for ${host}. Clients must use a name of it: ${names}.`, '']),
    ...(tls.ca === undefined ? [] : ['Note: clients need a certificate of the authority in --tls-client-ca.', '']),
  ];
}

/**
 * Environment variables that make clients trust the authority: Node.js, clients with OpenSSL or rustls' native roots,
 * such as the official SDKs, and Python's requests, such as the schema tool of the official SDK.
 */
function trustLines(caPath: string | undefined): readonly string[] {
  if (caPath === undefined) {
    return [];
  }
  const quoted = shellQuoted(caPath);
  return [
    `  export NODE_EXTRA_CA_CERTS=${quoted}      # Node.js, or the option tls: { ca } of rxjs-zerobus`,
    `  export SSL_CERT_FILE=${quoted}      # the official SDKs, OpenSSL`,
    `  export REQUESTS_CA_BUNDLE=${quoted}      # Python's requests`,
  ];
}

function credentialLines(auth: false | { readonly clientId: string } | undefined): readonly string[] {
  if (auth === undefined || auth === false) {
    const why = auth === false ? 'not checked (--no-auth)' : 'any value that is not empty';
    return [`  export DATABRICKS_CLIENT_ID=local      # ${why}`, '  export DATABRICKS_CLIENT_SECRET=local'];
  }
  return [
    `  export DATABRICKS_CLIENT_ID=${auth.clientId}`,
    '  export DATABRICKS_CLIENT_SECRET=…      # the value of --client-secret',
  ];
}
