import type { ZerobusErrorCode } from '../../../errors/zerobusError.ts';

/** The statuses that a call can end with. */
export const statuses: readonly ZerobusErrorCode[] = [
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'UNAVAILABLE',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
  'INVALID_SCHEMA',
];
/** The statuses with which the service refuses a record. */
export const contentStatuses: readonly ZerobusErrorCode[] = ['INVALID_ARGUMENT', 'INVALID_SCHEMA', 'OUT_OF_RANGE'];
