export type {
  ClientContext,
  EventContext,
  GatewayRequest,
  RefusedEvent,
  RequestOptions,
  SequenceNumbers,
} from './lib/gateway/gatewayOptions.ts';
export type { GatewayState, GatewayStats } from './lib/gateway/gatewayStats.ts';
export type { GatewayAnswerCode } from './lib/gateway/requestError.ts';
export { ZerobusGateway } from './lib/gateway/zerobusGateway.ts';
export { type ZerobusGatewayOptions, zerobusGateway } from './operators/zerobusGateway.ts';
