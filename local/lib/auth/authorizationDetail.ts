import { TokenRequestError } from './tokenRequestError.ts';

/** An entry of `authorization_details`: privileges on an object of Unity Catalog. */
export interface AuthorizationDetail {
  readonly type: string;
  readonly privileges: readonly string[];
  readonly object_type: ObjectType;
  readonly object_full_path: string;
  readonly operations?: readonly string[];
}

type ObjectType = keyof typeof pathLengths;

const UNITY_CATALOG_PRIVILEGES = 'unity_catalog_privileges';
/** The objects that privileges can be asked for, and the number of parts of their names. */
const pathLengths = { CATALOG: 1, SCHEMA: 2, TABLE: 3 } as const;
const knownPrivileges: ReadonlySet<string> = new Set([
  'ALL PRIVILEGES',
  'APPLY TAG',
  'BROWSE',
  'CREATE FUNCTION',
  'CREATE MATERIALIZED VIEW',
  'CREATE MODEL',
  'CREATE SCHEMA',
  'CREATE TABLE',
  'CREATE VOLUME',
  'EXECUTE',
  'EXTERNAL USE SCHEMA',
  'MANAGE',
  'MODIFY',
  'READ VOLUME',
  'REFRESH',
  'SELECT',
  'USE CATALOG',
  'USE SCHEMA',
  'WRITE VOLUME',
]);
/** Tokens carry the details, and must fit into a header. */
const MAX_BYTES = 4096;

/**
 * Reads `authorization_details`.
 *
 * @throws {@link TokenRequestError} 400 `invalid_authorization_details` if they are malformed (RFC 9396, section 5)
 */
export function parseAuthorizationDetails(text: string): readonly AuthorizationDetail[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw invalidDetails('authorization_details must be JSON.');
  }
  if (!Array.isArray(parsed)) {
    throw invalidDetails('authorization_details must be a JSON array.');
  }
  const details = parsed.map(parseDetail);
  if (Buffer.byteLength(JSON.stringify(details)) > MAX_BYTES) {
    throw invalidDetails(`authorization_details have more than ${MAX_BYTES} bytes. Ask for a token for each table.`);
  }
  return details;
}

/** Makes the error for details that can't be granted. */
export function invalidDetails(message: string): TokenRequestError {
  return new TokenRequestError(400, 'invalid_authorization_details', message);
}

function parseDetail(detail: unknown): AuthorizationDetail {
  const { type, object_type, object_full_path, privileges, operations } = (detail ?? {}) as Record<string, unknown>;
  if (type !== UNITY_CATALOG_PRIVILEGES) {
    throw invalidDetails(`Each entry of authorization_details must have the type ${UNITY_CATALOG_PRIVILEGES}.`);
  }
  if (typeof object_type !== 'string' || typeof object_full_path !== 'string' || !isStrings(privileges)) {
    throw invalidDetails('Each entry of authorization_details needs object_type, object_full_path and privileges.');
  }
  if (!Object.hasOwn(pathLengths, object_type)) {
    throw invalidDetails(`object_type is ${JSON.stringify(object_type)}, but must be CATALOG, SCHEMA or TABLE.`);
  }
  const parts = object_full_path.split('.');
  if (parts.length !== pathLengths[object_type as ObjectType] || parts.includes('')) {
    throw invalidDetails(`object_full_path is ${JSON.stringify(object_full_path)}, which is not a ${object_type}.`);
  }
  for (const privilege of privileges) {
    checkPrivilege(privilege);
  }
  if (operations !== undefined && !isStrings(operations)) {
    throw invalidDetails('operations must be an array of strings.');
  }
  return {
    type,
    privileges,
    object_type: object_type as ObjectType,
    object_full_path,
    ...(operations === undefined ? {} : { operations }),
  };
}

function checkPrivilege(privilege: string): void {
  if (knownPrivileges.has(privilege)) {
    return;
  }
  const meant = privilege.replaceAll('_', ' ').toUpperCase();
  const wayOut = knownPrivileges.has(meant)
    ? `Write ${JSON.stringify(meant)}, in capitals and with a space between words.`
    : 'Writing into a table takes "USE CATALOG", "USE SCHEMA", "SELECT" and "MODIFY".';
  throw invalidDetails(`${JSON.stringify(privilege)} is not a privilege of Unity Catalog. ${wayOut}`);
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
