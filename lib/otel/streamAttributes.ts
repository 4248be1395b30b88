import type { Attributes } from '@opentelemetry/api';
import type { StreamInfo } from '../telemetry/streamInfo.ts';

/** The attributes of a table's metrics, by the semantic conventions for messaging. */
export function tableAttributes(table: string): Attributes {
  return { 'messaging.system': 'zerobus', 'messaging.destination.name': table };
}

/** The attributes of a stream's metrics and spans: their values are the same for all streams into one table. */
export function streamAttributes({ table, serverAddress, serverPort }: StreamInfo): Attributes {
  return {
    ...tableAttributes(table),
    ...(serverAddress === undefined ? {} : { 'server.address': serverAddress }),
    ...(serverPort === undefined ? {} : { 'server.port': serverPort }),
  };
}

/** The attributes of sending, which the conventions require beside those of the stream. */
export const sendAttributes: Attributes = { 'messaging.operation.name': 'send', 'messaging.operation.type': 'send' };
