import type { TokenGrant } from './tokenStore.ts';

/** The error response to a token request. Its message is the `error_description`, in the words of the service. */
export class TokenRequestError extends Error {
  override readonly name = 'TokenRequestError';
  readonly httpStatus: 400 | 401;
  /** An OAuth error code, such as `invalid_client`. */
  readonly error: string;

  constructor(httpStatus: 400 | 401, error: string, description: string) {
    super(description);
    this.httpStatus = httpStatus;
    this.error = error;
  }
}

const resourcePattern = /^api:\/\/databricks\/workspaces\/([^/]+)\/zerobusDirectWriteApi$/;
const UNITY_CATALOG_PRIVILEGES = 'unity_catalog_privileges';
const ZEROBUS_WRITE = 'zerobuswrite';

interface Privileges {
  readonly objectType: string;
  readonly path: string;
  readonly privileges: readonly string[];
  readonly operations: readonly string[] | undefined;
}

/**
 * Reads the grant that a token request with a `resource` asks for: to write into one table through Zerobus.
 *
 * @param workspaceId the workspace that the request must name; undefined for any
 * @throws {@link TokenRequestError} 400 if the request is malformed, 401 if it does not ask for every privilege that
 * writing needs
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
  const details = parseDetails(authorizationDetails);
  const table = details.find((detail) => detail.objectType === 'TABLE');
  const [catalog, schema, ...rest] = table?.path.split('.') ?? [];
  if (table === undefined || rest.length !== 1) {
    throw invalidRequest('authorization_details must name one TABLE as catalog.schema.table.');
  }
  if (table.operations !== undefined && !table.operations.includes(ZEROBUS_WRITE)) {
    throw notAuthorized();
  }
  requirePrivileges(details, 'CATALOG', `${catalog}`, ['USE CATALOG']);
  requirePrivileges(details, 'SCHEMA', `${catalog}.${schema}`, ['USE SCHEMA']);
  requirePrivileges(details, 'TABLE', table.path, ['SELECT', 'MODIFY']);
  return { use: 'zerobus', tableName: table.path };
}

function requirePrivileges(
  details: readonly Privileges[],
  objectType: string,
  path: string,
  privileges: readonly string[],
): void {
  const found = details.find((detail) => detail.objectType === objectType && detail.path === path);
  if (!privileges.every((privilege) => found?.privileges.includes(privilege))) {
    throw notAuthorized();
  }
}

function parseDetails(text: string | undefined): readonly Privileges[] {
  let details: unknown;
  try {
    details = JSON.parse(text ?? '');
  } catch {
    throw invalidRequest('authorization_details must be JSON.');
  }
  if (!Array.isArray(details)) {
    throw invalidRequest('authorization_details must be a JSON array.');
  }
  return details.map(parseDetail);
}

function parseDetail(detail: unknown): Privileges {
  const { type, object_type, object_full_path, privileges, operations } = (detail ?? {}) as Record<string, unknown>;
  if (type !== UNITY_CATALOG_PRIVILEGES) {
    throw invalidRequest(`Each entry of authorization_details must have the type ${UNITY_CATALOG_PRIVILEGES}.`);
  }
  if (typeof object_type !== 'string' || typeof object_full_path !== 'string' || !isStrings(privileges)) {
    throw invalidRequest('Each entry of authorization_details needs object_type, object_full_path and privileges.');
  }
  if (operations !== undefined && !isStrings(operations)) {
    throw invalidRequest('operations must be an array of strings.');
  }
  return { objectType: object_type, path: object_full_path, privileges, operations };
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function invalidRequest(message: string): TokenRequestError {
  return new TokenRequestError(400, 'invalid_request', message);
}

function notAuthorized(): TokenRequestError {
  return new TokenRequestError(401, 'access_denied', 'User is not authorized to the requested authorizations');
}
