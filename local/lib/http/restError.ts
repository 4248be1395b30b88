import { status } from '@grpc/grpc-js';
import type { StreamError } from '../ingest/streamError.ts';

interface RestStatus {
  readonly httpStatus: number;
  readonly errorCode: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** After this time, a client may send its request again, in seconds. A table that is full is flushed at once. */
const later = { 'retry-after': '1' };
const internal: RestStatus = { httpStatus: 500, errorCode: 'INTERNAL_ERROR' };

/** What a gRPC status is in HTTP. The service documents the codes of 400, 404 and 501. */
const restStatuses: Readonly<Record<status, RestStatus>> = {
  [status.OK]: internal,
  [status.CANCELLED]: { httpStatus: 499, errorCode: 'CANCELLED' },
  [status.UNKNOWN]: internal,
  [status.INVALID_ARGUMENT]: { httpStatus: 400, errorCode: 'INVALID_PARAMETER_VALUE' },
  [status.DEADLINE_EXCEEDED]: { httpStatus: 504, errorCode: 'DEADLINE_EXCEEDED' },
  [status.NOT_FOUND]: { httpStatus: 404, errorCode: 'NOT_FOUND' },
  [status.ALREADY_EXISTS]: { httpStatus: 409, errorCode: 'ALREADY_EXISTS' },
  [status.PERMISSION_DENIED]: { httpStatus: 403, errorCode: 'PERMISSION_DENIED' },
  [status.RESOURCE_EXHAUSTED]: { httpStatus: 429, errorCode: 'RESOURCE_EXHAUSTED', headers: later },
  [status.FAILED_PRECONDITION]: { httpStatus: 400, errorCode: 'INVALID_STATE' },
  [status.ABORTED]: { httpStatus: 409, errorCode: 'ABORTED' },
  [status.OUT_OF_RANGE]: { httpStatus: 400, errorCode: 'INVALID_PARAMETER_VALUE' },
  [status.UNIMPLEMENTED]: { httpStatus: 501, errorCode: 'NOT_IMPLEMENTED' },
  [status.INTERNAL]: internal,
  [status.UNAVAILABLE]: { httpStatus: 503, errorCode: 'TEMPORARILY_UNAVAILABLE', headers: later },
  [status.DATA_LOSS]: internal,
  [status.UNAUTHENTICATED]: {
    httpStatus: 401,
    errorCode: 'UNAUTHENTICATED',
    headers: { 'www-authenticate': 'Bearer' },
  },
};

/** The response to a REST request that is refused. */
export function restError({ code, message }: StreamError): Response {
  const { httpStatus, errorCode, headers = {} } = restStatuses[code] ?? internal;
  return Response.json({ error_code: errorCode, message }, { status: httpStatus, headers });
}
