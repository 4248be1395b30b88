import { shellQuoted } from '../files/shellQuoted.ts';
import { fullTableName } from '../schema/deltaType.ts';
import type { ZerobusLocal } from '../zerobusLocal.ts';

/** The text that the command prints once it listens: addresses, tables, and how to configure a client. */
export function banner(server: ZerobusLocal, auth: false | { readonly clientId: string } | undefined): string {
  const tables = server.tables.map((table) => `  ${fullTableName(table)}  ${server.tablePath(fullTableName(table))}`);
  return [
    `gRPC (Zerobus)         ${server.endpoint}`,
    `OAuth, Unity Catalog   ${server.workspaceUrl}`,
    `Data directory         ${server.dataDir}`,
    ...(server.caPath === undefined ? [] : [`Certificate authority  ${server.caPath}`]),
    '',
    tables.length === 0
      ? 'No tables yet. Declare one with --table "CREATE TABLE catalog.schema.table (…)".'
      : 'Tables:',
    ...tables,
    '',
    'Configure a client:',
    `  export ZEROBUS_ENDPOINT=${server.endpoint}`,
    `  export DATABRICKS_HOST=${server.workspaceUrl}`,
    ...credentialLines(auth),
    ...trustLines(server.caPath),
    '',
    ...exposureLines(server, auth),
    'Press Ctrl-C to stop. All acknowledged rows are then in their tables.',
    '',
  ].join('\n');
}

/** Warns if other machines can reach the server and need no secret. */
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
 * Environment variables that make clients trust the authority: Node.js, and clients with OpenSSL or rustls' native
 * roots, such as the official SDKs.
 */
function trustLines(caPath: string | undefined): readonly string[] {
  if (caPath === undefined) {
    return [];
  }
  const quoted = shellQuoted(caPath);
  return [
    `  export NODE_EXTRA_CA_CERTS=${quoted}      # Node.js, or the option tls: { ca } of rxjs-zerobus`,
    `  export SSL_CERT_FILE=${quoted}      # the official SDKs, curl, OpenSSL`,
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
