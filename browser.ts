export type { GatewayEvent, GatewayEventDetails } from './lib/browser/gatewayEvent.ts';
export type { GatewayHeaders, ToGatewayOptions } from './lib/browser/gatewayOptions.ts';
export { toGateway } from './lib/browser/toGateway.ts';
export {
  isZerobusError,
  type OffsetRange,
  type RecordPayload,
  ZerobusError,
  type ZerobusErrorCode,
  type ZerobusErrorOptions,
} from './lib/errors/zerobusError.ts';
