export type { RecordPayload, ZerobusErrorCode, ZerobusErrorOptions } from './errors.ts';
export { isZerobusError, ZerobusError } from './errors.ts';
