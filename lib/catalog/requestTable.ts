import { Observable } from 'rxjs';
import type { OAuthCredentials } from '../auth/checkCredentials.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import { parseJsonObject } from '../http/parseJsonObject.ts';
import { requestError, sendRequest } from '../http/sendRequest.ts';
import { cleanCause } from '../secrets/cleanCause.ts';
import { secretForms } from '../secrets/redact.ts';
import type { Route } from '../transport/route.ts';
import { catalogError } from './catalogError.ts';

/** Enough for 2,000 columns, each with three forms of its type, some of them deeply nested. */
const MAX_RESPONSE_BYTES = 32 * 1024 * 1024;

/** Options of {@link requestTable}. */
export interface TableRequest {
  readonly credentials: OAuthCredentials;
  /** A token for the REST API. */
  readonly accessToken: string;
  /** `catalog.schema.table`, which must be valid. */
  readonly fullName: string;
  readonly route: Route;
}

/**
 * Requests a table from Unity Catalog (`GET /api/2.1/unity-catalog/tables/{full name}`) on each subscription.
 * Unsubscribing aborts the request. There is no timeout.
 *
 * Errors are those of {@link catalogError}, and `SCHEMA_FETCH_FAILED` if the workspace cannot be reached. They do not
 * contain the request.
 */
export function requestTable(request: TableRequest): Observable<Readonly<Record<string, unknown>>> {
  const { credentials, accessToken, fullName, route } = request;
  const { workspaceUrl, clientId, clientSecret } = credentials;
  const secrets = [accessToken, ...secretForms(clientId, clientSecret.reveal())];
  return new Observable((subscriber) => {
    const controller = new AbortController();
    sendRequest({
      method: 'get',
      url: `${workspaceUrl}/api/2.1/unity-catalog/tables/${encodeURIComponent(fullName)}`,
      headers: { accept: 'application/json', authorization: `Bearer ${accessToken}` },
      maxResponseBytes: MAX_RESPONSE_BYTES,
      signal: controller.signal,
      route,
    }).then(
      (response) => {
        const table = response.status === 200 ? parseJsonObject(response.body) : {};
        if (!('columns' in table || 'table_type' in table)) {
          return subscriber.error(catalogError(workspaceUrl, fullName, response, secrets));
        }
        subscriber.next(table);
        subscriber.complete();
      },
      (error: unknown) =>
        subscriber.error(
          requestError(error, () => {
            const cause = cleanCause(error, secrets);
            const message = `Fetching the schema of ${fullName} from ${workspaceUrl} failed: ${cause.message}.`;
            return new ZerobusError('SCHEMA_FETCH_FAILED', message, { cause });
          }),
        ),
    );
    return () => controller.abort();
  });
}
