import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';

/** Changes to the official clients' token request: a value replaces a part, undefined removes it. */
export interface TokenRequest {
  readonly table?: string;
  readonly credentials?: string | undefined;
  readonly form?: Readonly<Record<string, string | undefined>>;
}

/** `authorization_details` for writing into a table. */
export function authorizationDetails(table: string): object[] {
  const [catalog, schema] = table.split('.');
  const type = 'unity_catalog_privileges';
  return [
    { type, privileges: ['USE CATALOG'], object_type: 'CATALOG', object_full_path: catalog },
    { type, privileges: ['USE SCHEMA'], object_type: 'SCHEMA', object_full_path: `${catalog}.${schema}` },
    {
      type,
      privileges: ['SELECT', 'MODIFY'],
      object_type: 'TABLE',
      object_full_path: table,
      operations: ['zerobuswrite'],
    },
  ];
}

/** Posts a token request. */
export function requestToken(
  server: Pick<ZerobusLocal, 'workspaceUrl'>,
  request: TokenRequest = {},
): Promise<Response> {
  const fields: Record<string, string | undefined> = {
    grant_type: 'client_credentials',
    scope: 'all-apis',
    ...(request.table === undefined
      ? {}
      : {
          resource: 'api://databricks/workspaces/1234567890/zerobusDirectWriteApi',
          authorization_details: JSON.stringify(authorizationDetails(request.table)),
        }),
    ...request.form,
  };
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) {
      body.set(name, value);
    }
  }
  const credentials = 'credentials' in request ? request.credentials : 'client:secret';
  const headers =
    credentials === undefined ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
  return fetch(`${server.workspaceUrl}/oidc/v1/token`, { method: 'POST', body, headers });
}

/** Fetches a token for writing into `table`, or for Unity Catalog. Any client gets one by default. */
export async function fetchToken(
  server: Pick<ZerobusLocal, 'workspaceUrl'>,
  table?: string,
  client: { readonly clientId: string; readonly clientSecret: string } = { clientId: 'client', clientSecret: 'secret' },
): Promise<string> {
  const credentials = `${client.clientId}:${client.clientSecret}`;
  const response = await requestToken(server, table === undefined ? { credentials } : { table, credentials });
  const { access_token } = (await response.json()) as { access_token: string };
  return access_token;
}
