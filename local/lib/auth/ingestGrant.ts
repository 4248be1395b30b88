import { type AuthorizationDetail, invalidDetails, parseAuthorizationDetails } from './authorizationDetail.ts';
import type { TokenGrant } from './tokenGrant.ts';
import { invalidRequest, TokenRequestError } from './tokenRequestError.ts';

const resourcePattern = /^api:\/\/databricks\/workspaces\/([^/]+)\/zerobusDirectWriteApi$/;
const ZEROBUS_WRITE = 'zerobuswrite';

/**
 * Reads the grant that a token request with a `resource` asks for: to write into tables through Zerobus. As at the
 * service, the token is issued even if entries for the catalog or the schema are missing, and is refused when it is
 * used.
 *
 * @param workspaceId the workspace that the request must name; undefined for any
 * @throws {@link TokenRequestError} 400 if the request is malformed, 401 if it does not ask for every privilege on the
 * table that writing needs
 */
export function ingestGrant(
  resource: string,
  authorizationDetails: string | undefined,
  workspaceId: string | undefined,
): TokenGrant {
  const named = resourcePattern.exec(resource)?.[1];
  if (named === undefined) {
    throw invalidRequest('resource must be api://databricks/workspaces/{workspace id}/zerobusDirectWriteApi.');
  }
  if (workspaceId !== undefined && named !== workspaceId) {
    throw invalidRequest(
      `resource names the workspace ${JSON.stringify(named)}, but this server is ${JSON.stringify(workspaceId)}.`,
    );
  }
  if (authorizationDetails === undefined) {
    throw invalidRequest('A request with a resource needs authorization_details.');
  }
  const details = parseAuthorizationDetails(authorizationDetails);
  const tables = details.filter(({ object_type }) => object_type === 'TABLE');
  if (tables.length === 0) {
    throw invalidDetails('authorization_details must name a TABLE as catalog.schema.table.');
  }
  if (!tables.every(isForWriting)) {
    throw new TokenRequestError(401, 'access_denied', 'User is not authorized to the requested authorizations');
  }
  return { use: 'zerobus', authorizationDetails: details };
}

function isForWriting({ privileges, operations }: AuthorizationDetail): boolean {
  return (
    ['SELECT', 'MODIFY'].every((privilege) => privileges.includes(privilege)) &&
    operations?.includes(ZEROBUS_WRITE) !== false
  );
}
