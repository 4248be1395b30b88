export type { GatewayEvent } from './lib/browser/gatewayEvent.ts';
export type { ToGatewayOptions } from './lib/browser/gatewayOptions.ts';
export type { GatewayHeaders } from './lib/browser/request/sendRequest.ts';
export { toGateway } from './lib/browser/toGateway.ts';
export {
  isZerobusError,
  type OffsetRange,
  type RecordPayload,
  ZerobusError,
  type ZerobusErrorCode,
  type ZerobusErrorOptions,
} from './lib/errors/zerobusError.ts';
