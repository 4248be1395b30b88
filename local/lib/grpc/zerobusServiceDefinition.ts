import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';

const asIs = (bytes: Buffer): Buffer => bytes;

/**
 * The served part of `databricks.zerobus.Zerobus`. Messages stay bytes and are read in place. Otherwise, a request of a
 * thousand records would become a thousand objects.
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
