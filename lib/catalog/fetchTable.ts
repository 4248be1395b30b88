import { firstValueFrom, map, mergeMap, takeUntil, throwError, timeout } from 'rxjs';
import { requestToken } from '../auth/requestToken.ts';
import { resolveCredentials } from '../connection.ts';
import { aborted, checkSignal } from '../errors/aborted.ts';
import { checkNames, type NamesOf } from '../errors/checkNames.ts';
import { timerDelay } from '../errors/checkNumber.ts';
import { readArguments } from '../errors/readArguments.ts';
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

/** Options of {@link fetchTable}. */
export interface FetchTableOptions {
  /**
   * The application id of the service principal, which needs USE CATALOG, USE SCHEMA and SELECT. Defaults to
   * `DATABRICKS_CLIENT_ID`.
   */
  readonly clientId?: string | undefined;
  /** Its OAuth secret. Defaults to `DATABRICKS_CLIENT_SECRET`. */
  readonly clientSecret?: string | Secret | undefined;
  /** TLS trust and client certificate. Defaults to Node's trusted CAs and no client certificate. */
  readonly tls?: TlsOptions | undefined;
  /** The timeout for all requests together, token included, in milliseconds; above 0. Defaults to `30000`. */
  readonly timeoutMs?: number | undefined;
  /** The name of the protobuf message. Defaults to schema and table in PascalCase. */
  readonly messageName?: string | undefined;
  /**
   * The names of the columns to take, in any case. Every NOT NULL column must be among them. Defaults to every column,
   * except for nullable ones that cannot be written through Zerobus, which are omitted with a process warning.
   */
  readonly columns?: readonly string[] | undefined;
  /** Cancels the requests when it aborts; the promise rejects with the signal's reason. Defaults to none. */
  readonly signal?: AbortSignal | undefined;
}

const optionNames: NamesOf<FetchTableOptions> = {
  clientId: true,
  clientSecret: true,
  tls: true,
  timeoutMs: true,
  messageName: true,
  columns: true,
  signal: true,
};

const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Fetches a table's definition from Unity Catalog at run time. It is the same as a definition by `defineTable`, except
 * that the compiler does not know the type of the rows.
 *
 * @example
 * ```ts
 * import { fetchTable, toZerobus } from 'rxjs-zerobus';
 *
 * const workspace = 'https://dbc-1234.cloud.databricks.com';
 * const readings = await fetchTable(workspace, 'main.iot.readings', { clientId, clientSecret });
 * rows$.pipe(toZerobus(readings)).subscribe();
 * ```
 *
 * @param workspace the address of the workspace, or an object that has it, such as a `ZerobusSdk`
 * @param fullName `catalog.schema.table`
 * @param options see {@link FetchTableOptions}; the credentials default to environment variables
 * @returns the definition; the values of its rows are checked at run time
 * @throws {@link ZerobusError} `INVALID_TABLE_NAME`, `INVALID_OPTIONS` or `INVALID_ENDPOINT` if an argument is not
 * valid, before any request
 * @throws {@link ZerobusError} `INVALID_CREDENTIALS`, `PERMISSION_DENIED` or `NOT_FOUND` if the workspace refuses a
 * request, or `INVALID_SCHEMA` if it is a view or a column that a row needs cannot be written through Zerobus
 * @throws {@link ZerobusError} `TOKEN_FETCH_FAILED`, `SCHEMA_FETCH_FAILED`, `TLS_FAILED` or `PROXY_FAILED` if a request
 * fails; the first two may be retried
 */
export async function fetchTable(
  workspace: string | { readonly workspaceUrl: string },
  fullName: string,
  options: FetchTableOptions = {},
): Promise<TableDefinition<UntypedRow>> {
  const checked = readArguments('fetchTable', () => {
    checkNames('fetchTable', options, optionNames);
    const name = parseTableName(fullName).fullName;
    const { clientId, clientSecret, tls, timeoutMs = DEFAULT_TIMEOUT_MS, messageName, columns, signal } = options;
    checkSignal(signal);
    if (columns !== undefined && !(Array.isArray(columns) && columns.every((each) => typeof each === 'string'))) {
      throw new ZerobusError('INVALID_OPTIONS', 'columns must be an array of names.');
    }
    timerDelay('timeoutMs', timeoutMs);
    const workspaceUrl = typeof workspace === 'string' ? workspace : Object(workspace).workspaceUrl;
    const credentials = resolveCredentials({ workspaceUrl, clientId, clientSecret });
    const address = parseAddress('workspaceUrl', credentials.workspaceUrl);
    const route = routeTo(address, tls === undefined ? undefined : checkTlsOptions(tls));
    return { name, credentials, route, timeoutMs, messageName, columns, signal, workspaceUrl };
  });
  const { name, credentials, route, timeoutMs, messageName, columns, signal, workspaceUrl } = checked;
  return firstValueFrom(
    requestToken({ credentials, route }).pipe(
      mergeMap(({ accessToken }) => requestTable({ credentials, accessToken, fullName: name, route })),
      map((answer) => definitionFromCatalog(name, answer, { messageName, columns })),
      timeout({ first: timeoutMs, with: () => throwError(() => timedOut(name, workspaceUrl, timeoutMs)) }),
      takeUntil(aborted(signal)),
    ),
  );
}

function timedOut(name: string, workspaceUrl: string, timeoutMs: number): ZerobusError {
  return new ZerobusError(
    'SCHEMA_FETCH_FAILED',
    `The schema of ${name} did not arrive from ${workspaceUrl} within ${timeoutMs} ms. Try again, or increase timeoutMs.`,
  );
}
