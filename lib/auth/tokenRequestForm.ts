import type { TableName } from '../tableName.ts';

/**
 * The form of a request for a token that may write one table and nothing else: OAuth client credentials with Unity Catalog
 * privileges as `authorization_details` (RFC 9396), as the official clients of Zerobus send it.
 *
 * @param workspaceId the first label of the endpoint's host
 * @param table the table to write
 * @returns `application/x-www-form-urlencoded`
 */
export function tokenRequestForm(workspaceId: string, table: TableName): string {
  const { catalog, schema, fullName } = table;
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
    grant_type: 'client_credentials',
    scope: 'all-apis',
    resource: `api://databricks/workspaces/${workspaceId}/zerobusDirectWriteApi`,
    authorization_details: JSON.stringify(authorizationDetails),
  }).toString();
}
