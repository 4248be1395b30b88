import { type Metadata, type StatusObject, status } from '@grpc/grpc-js';
import { ZerobusError, type ZerobusErrorCode } from '../errors/zerobusError.ts';
import { type ErrorInfo, readErrorInfo } from '../wire/readErrorInfo.ts';
import { withSchemaHint } from './schemaHint.ts';

const SCHEMA_VALIDATION_FAILED = 'SCHEMA_VALIDATION_FAILED';

/**
 * Creates the error of a call that ended with a gRPC status other than OK. The service reports a rejected schema as
 * `INVALID_ARGUMENT` with a `google.rpc.ErrorInfo` of reason `SCHEMA_VALIDATION_FAILED`; that becomes `INVALID_SCHEMA`.
 *
 * The service's message is passed on, with a hint for some reasons, but never parsed.
 */
export function statusError(call: Pick<StatusObject, 'code' | 'details' | 'metadata'>): ZerobusError {
  const code = (status[call.code] ?? 'UNKNOWN') as ZerobusErrorCode;
  const info = errorInfo(call.metadata);
  if (info?.reason === SCHEMA_VALIDATION_FAILED) {
    const schemaCauses = (info.metadata.get('causes') ?? '')
      .split(',')
      .map((cause) => cause.trim())
      .filter((cause) => cause !== '');
    return new ZerobusError('INVALID_SCHEMA', withSchemaHint(call.details, schemaCauses), { schemaCauses });
  }
  return new ZerobusError(code, call.details === '' ? `The call ended with status ${code}.` : call.details);
}

/** The ErrorInfo in the trailer `grpc-status-details-bin`, or `undefined` if there is none or it cannot be read. */
function errorInfo(metadata: Metadata): ErrorInfo | undefined {
  for (const value of metadata.get('grpc-status-details-bin')) {
    if (typeof value === 'string') {
      continue;
    }
    try {
      const info = readErrorInfo(value);
      if (info !== undefined) {
        return info;
      }
    } catch {
      // Details that cannot be read are ignored. The status itself is still reported.
    }
  }
  return undefined;
}
