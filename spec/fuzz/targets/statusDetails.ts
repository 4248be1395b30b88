import { Metadata, status } from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import { isZerobusError } from '../../../lib/errors/zerobusError.ts';
import { statusError } from '../../../lib/transport/statusError.ts';
import { expectRight } from '../expectRight.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';

const { root } = protobuf.parse(`
  syntax = "proto3";
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message Any { string type_url = 1; bytes value = 2; }
  message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }
`);

function encoded(name: string, value: object): Uint8Array {
  const type = root.lookupType(name);
  return type.encode(type.fromObject(value)).finish();
}

function details(reason: string, metadata: Readonly<Record<string, string>>): Uint8Array {
  const value = encoded('ErrorInfo', { reason, domain: 'zerobus.databricks.com', metadata });
  const typeUrl = 'type.googleapis.com/google.rpc.ErrorInfo';
  return encoded('Status', { code: 3, message: 'Schema validation failed', details: [{ typeUrl, value }] });
}

/** The trailer of a call that was refused. What can't be read of it is ignored, so every call has its error. */
export const statusDetailsTarget: FuzzTarget = {
  name: 'statusDetails',
  seeds: [
    details('SCHEMA_VALIDATION_FAILED', { causes: 'FIELD_NOT_IN_TABLE, TYPE_INCOMPATIBLE', error_code: '8001' }),
    details('OTHER', {}),
    encoded('Status', { code: 5, message: 'gone' }),
  ],
  words: ['SCHEMA_VALIDATION_FAILED', 'type.googleapis.com/google.rpc.ErrorInfo', 'causes', ','],
  isTyped: () => false,
  read: (input) => {
    const metadata = new Metadata();
    metadata.set('grpc-status-details-bin', input);
    const error = statusError({ code: status.INVALID_ARGUMENT, details: 'refused', metadata });
    const isSchema = error.code === 'INVALID_SCHEMA';
    expectRight(isZerobusError(error) && (isSchema || error.code === 'INVALID_ARGUMENT'), `the code is ${error.code}`);
    expectRight(
      error.schemaCauses.every((cause) => typeof cause === 'string' && cause.trim() !== ''),
      `the causes are ${JSON.stringify(error.schemaCauses)}`,
    );
    expectRight(!error.isRetryable && error.message.startsWith('refused'), `the message is ${error.message}`);
  },
};
