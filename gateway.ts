export type { ConnectionOptions } from './lib/connection.ts';
export type {
  ClientContext,
  EventContext,
  GatewayRequest,
  RefusedEvent,
  SequenceNumbers,
} from './lib/gateway/gatewayOptions.ts';
export type { GatewayState, GatewayStats } from './lib/gateway/gatewayStats.ts';
export type { GatewayAnswerCode } from './lib/gateway/requestError.ts';
export { ZerobusGateway } from './lib/gateway/zerobusGateway.ts';
export type { StreamOptions } from './lib/stream/streamOptions.ts';
export type { ToZerobusOptions } from './operators/toZerobus.ts';
export { type ZerobusGatewayOptions, zerobusGateway } from './operators/zerobusGateway.ts';
