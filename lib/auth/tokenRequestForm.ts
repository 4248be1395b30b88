import type { TokenRequest } from './tokenRequest.ts';

/**
 * Creates the form of a token request with OAuth client credentials. A token for ingestion can write one table and
 * nothing else: the form names Unity Catalog privileges as `authorization_details` (RFC 9396), as the official Zerobus
 * clients do. A token for the REST API names none.
 *
 * @returns `application/x-www-form-urlencoded`
 */
export function tokenRequestForm(request: TokenRequest): string {
  const grant = { grant_type: 'client_credentials', scope: 'all-apis' };
  if (request.table === undefined) {
    return new URLSearchParams(grant).toString();
  }
  const { catalog, schema, fullName } = request.table;
  const type = 'unity_catalog_privileges';
  const authorizationDetails = [
    { type, privileges: ['USE CATALOG'], object_type: 'CATALOG', object_full_path: catalog },
    { type, privileges: ['USE SCHEMA'], object_type: 'SCHEMA', object_full_path: `${catalog}.${schema}` },
    {
      type,
      privileges: ['SELECT', 'MODIFY'],
      object_type: 'TABLE',
      object_full_path: fullName,
      operations: ['zerobuswrite'],
    },
  ];
  return new URLSearchParams({
    ...grant,
    resource: `api://databricks/workspaces/${request.workspaceId}/zerobusDirectWriteApi`,
    authorization_details: JSON.stringify(authorizationDetails),
  }).toString();
}
