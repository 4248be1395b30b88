import { shellQuoted } from '../files/shellQuoted.ts';
import { fullTableName } from '../schema/deltaType.ts';
import type { ZerobusLocal } from '../zerobusLocal.ts';

/** What the command prints once it listens: where, what it serves, and how to point a client at it. */
export function banner(server: ZerobusLocal, auth: false | { readonly clientId: string } | undefined): string {
  const tables = server.tables.map((table) => `  ${fullTableName(table)}  ${server.tablePath(fullTableName(table))}`);
  return [
    `gRPC (Zerobus)         ${server.endpoint}`,
    `OAuth, Unity Catalog   ${server.workspaceUrl}`,
    `Data                   ${server.dataDir}`,
    ...(server.caPath === undefined ? [] : [`Certificate authority  ${server.caPath}`]),
    '',
    tables.length === 0
      ? 'No tables yet: declare one with --table "CREATE TABLE catalog.schema.table (…)".'
      : 'Tables:',
    ...tables,
    '',
    'Point a client at it:',
    `  export ZEROBUS_ENDPOINT=${server.endpoint}`,
    `  export DATABRICKS_HOST=${server.workspaceUrl}`,
    ...credentialLines(auth),
    ...trustLines(server.caPath),
    '',
    ...exposureLines(server, auth),
    'Ctrl-C stops it, with every acknowledged row in its table.',
    '',
  ].join('\n');
}

/** A server that others can reach and that asks for no secret of theirs says so. */
function exposureLines(server: ZerobusLocal, auth: false | object | undefined): readonly string[] {
  const { hostname } = new URL(server.endpoint);
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  if (isLoopback || (auth !== false && auth !== undefined)) {
    return [];
  }
  return [
    'Note: other machines can reach this server and write into its tables. Set --client-id and --client-secret.',
    '',
  ];
}

/**
 * Clients in Node.js and those on OpenSSL or rustls' native roots, such as the official SDKs, are told of an authority
 * by variables.
 */
function trustLines(caPath: string | undefined): readonly string[] {
  if (caPath === undefined) {
    return [];
  }
  const quoted = shellQuoted(caPath);
  return [
    `  export NODE_EXTRA_CA_CERTS=${quoted}      # Node.js; or rxjs-zerobus' option tls: { ca }`,
    `  export SSL_CERT_FILE=${quoted}      # the official SDKs, curl, OpenSSL`,
  ];
}

function credentialLines(auth: false | { readonly clientId: string } | undefined): readonly string[] {
  if (auth === undefined || auth === false) {
    const why = auth === false ? 'not checked: --no-auth' : 'any that is not empty will do';
    return [`  export DATABRICKS_CLIENT_ID=local      # ${why}`, '  export DATABRICKS_CLIENT_SECRET=local'];
  }
  return [
    `  export DATABRICKS_CLIENT_ID=${auth.clientId}`,
    '  export DATABRICKS_CLIENT_SECRET=…      # the one this server was given',
  ];
}
