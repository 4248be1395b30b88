import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';

const asIs = (bytes: Buffer): Buffer => bytes;

/**
 * The part of `databricks.zerobus.Zerobus` that is served. Messages stay bytes: requests are read where they lie, since
 * a request of a thousand records would otherwise become a thousand objects.
 */
export const zerobusServiceDefinition: ServiceDefinition & {
  readonly ephemeralStream: MethodDefinition<Buffer, Buffer>;
} = {
  ephemeralStream: {
    path: '/databricks.zerobus.Zerobus/EphemeralStream',
    requestStream: true,
    responseStream: true,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  },
};
