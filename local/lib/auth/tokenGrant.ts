import type { AuthorizationDetail } from './authorizationDetail.ts';

/** What a token grants. */
export type TokenGrant =
  /** The Unity Catalog REST API, but no ingesting. */
  | { readonly use: 'unity-catalog'; readonly authorizationDetails?: never }
  /** Ingesting into the tables of the details, but not the Unity Catalog REST API. */
  | { readonly use: 'zerobus'; readonly authorizationDetails: readonly AuthorizationDetail[] };

/** The tables that a grant names. */
export function tablesOf({ authorizationDetails = [] }: TokenGrant): readonly string[] {
  return authorizationDetails
    .filter(({ object_type }) => object_type === 'TABLE')
    .map(({ object_full_path }) => object_full_path);
}

/**
 * Checks that a grant includes writing into a table: the privileges on the table, and those to use its catalog and its
 * schema.
 *
 * @param tableName the full name, in any case
 * @returns why it does not; undefined if it does
 */
export function writeProblem(grant: TokenGrant, tableName: string): string | undefined {
  if (grant.use !== 'zerobus') {
    return 'it was issued for Unity Catalog only';
  }
  const details = grant.authorizationDetails;
  const find = (path: string): AuthorizationDetail | undefined =>
    details.find(({ object_full_path }) => object_full_path.toLowerCase() === path.toLowerCase());
  if (find(tableName)?.object_type !== 'TABLE') {
    return `it was issued for ${tablesOf(grant).join(', ')}`;
  }
  const [catalog = '', schema = ''] = tableName.split('.');
  const missing = [
    { privilege: 'USE CATALOG', path: catalog },
    { privilege: 'USE SCHEMA', path: `${catalog}.${schema}` },
  ].filter(({ privilege, path }) => find(path)?.privileges.includes(privilege) !== true);
  if (missing.length === 0) {
    return undefined;
  }
  return `its authorization_details lack ${missing.map(({ privilege, path }) => `${privilege} on ${path}`).join(' and ')}`;
}
