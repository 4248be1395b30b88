import { firstValueFrom, map, mergeMap, throwError, timeout } from 'rxjs';
import { requestToken } from '../auth/requestToken.ts';
import { resolveCredentials } from '../connection.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import type { Secret } from '../secrets/secret.ts';
import type { UntypedRow } from '../table/rowOf.ts';
import type { TableDefinition } from '../table/tableDefinition.ts';
import { parseTableName } from '../table/tableName.ts';
import { parseAddress } from '../transport/parseAddress.ts';
import { routeTo } from '../transport/route.ts';
import { checkTlsOptions, type TlsOptions } from '../transport/tlsOptions.ts';
import { definitionFromCatalog } from './definitionFromCatalog.ts';
import { requestTable } from './requestTable.ts';

/** As whom {@link fetchTable} asks, and how. */
export interface FetchTableOptions {
  /** The application id of the service principal. Defaults to `DATABRICKS_CLIENT_ID`. */
  readonly clientId?: string | undefined;
  /** Its OAuth secret. Defaults to `DATABRICKS_CLIENT_SECRET`. */
  readonly clientSecret?: string | Secret | undefined;
  /** Whom to trust, and as whom to appear, over TLS. Defaults to whom Node.js trusts, and as nobody. */
  readonly tls?: TlsOptions | undefined;
  /** How long it may take in all, in ms. Defaults to 30,000. */
  readonly timeoutMs?: number | undefined;
  /** The name of the protobuf message. Defaults to schema and table in PascalCase. */
  readonly messageName?: string | undefined;
}

const DEFAULT_TIMEOUT_MS = 30_000;
/** Timers of Node.js that are set for longer fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Fetches a table's definition from Unity Catalog at run time: what `defineTable` says in code, without the row type.
 *
 * @example
 * ```ts
 * import { fetchTable, toZerobus } from 'rxjs-zerobus';
 *
 * const readings = await fetchTable('https://dbc-1234.cloud.databricks.com', 'main.iot.readings', { clientId,
 * clientSecret }); rows$.pipe(toZerobus(readings)).subscribe();
 * ```
 *
 * @param workspace the address of the workspace, or what holds it, such as a `ZerobusSdk`
 * @param fullName `catalog.schema.table`
 * @param options see {@link FetchTableOptions}; the credentials default to environment variables
 * @returns the definition; its rows are objects whose values are checked at run time
 * @throws {@link ZerobusError} before any request: `INVALID_TABLE_NAME`, `INVALID_OPTIONS`, `INVALID_ENDPOINT`; by the
 * answers: `INVALID_CREDENTIALS`, `PERMISSION_DENIED`, `NOT_FOUND`, `INVALID_SCHEMA` naming the column that can't be
 * written through Zerobus; `TOKEN_FETCH_FAILED`, `SCHEMA_FETCH_FAILED`, which may be retried, `TLS_FAILED` and
 * `PROXY_FAILED`
 */
export async function fetchTable(
  workspace: string | { readonly workspaceUrl: string },
  fullName: string,
  options: FetchTableOptions = {},
): Promise<TableDefinition<UntypedRow>> {
  const name = parseTableName(fullName).fullName;
  const { clientId, clientSecret, tls, timeoutMs = DEFAULT_TIMEOUT_MS, messageName } = options;
  if (!(timeoutMs > 0 && timeoutMs <= MAX_TIMER_MS)) {
    throw new ZerobusError(
      'INVALID_OPTIONS',
      `timeoutMs must be above 0 and at most ${MAX_TIMER_MS}, got ${timeoutMs}`,
    );
  }
  const workspaceUrl = typeof workspace === 'string' ? workspace : workspace.workspaceUrl;
  const credentials = resolveCredentials({ workspaceUrl, clientId, clientSecret });
  const address = parseAddress('workspaceUrl', credentials.workspaceUrl);
  const route = routeTo(address, tls === undefined ? undefined : checkTlsOptions(tls));
  return firstValueFrom(
    requestToken({ credentials, route }).pipe(
      mergeMap(({ accessToken }) => requestTable({ credentials, accessToken, fullName: name, route })),
      map((answer) => definitionFromCatalog(name, answer, messageName)),
      timeout({ first: timeoutMs, with: () => throwError(() => timedOut(name, workspaceUrl, timeoutMs)) }),
    ),
  );
}

function timedOut(name: string, workspaceUrl: string, timeoutMs: number): ZerobusError {
  return new ZerobusError('SCHEMA_FETCH_FAILED', `No schema of ${name} from ${workspaceUrl} within ${timeoutMs} ms`);
}
