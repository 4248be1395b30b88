import protobuf from 'protobufjs';
import { isZerobusError } from '../../../lib/errors/zerobusError.ts';
import { parseResponse, type Response } from '../../../lib/wire/parseResponse.ts';
import { expectRight } from '../expectRight.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';

// protobufjs parses the .proto itself and shares no code with google-protobuf.
const type = protobuf.loadSync('proto/zerobus_service.proto').lookupType('databricks.zerobus.EphemeralStreamResponse');

interface PlainResponse {
  readonly createStreamResponse?: { readonly streamId?: string };
  readonly ingestRecordResponse?: { readonly durabilityAckUpToOffset?: number };
}

const encoded = (response: object): Uint8Array => type.encode(type.fromObject(response)).finish();

/** The messages of the service on a stream. */
export const responseTarget: FuzzTarget = {
  name: 'response',
  seeds: [
    encoded({ createStreamResponse: { streamId: 'stream-1' } }),
    encoded({ ingestRecordResponse: { durabilityAckUpToOffset: 0 } }),
    encoded({ ingestRecordResponse: { durabilityAckUpToOffset: 1_000_000 } }),
    encoded({ ingestRecordResponse: {} }),
    encoded({ closeStreamSignal: { duration: { seconds: 61, nanos: 250_000_000 } } }),
    encoded({ closeStreamSignal: {} }),
  ],
  isTyped: isZerobusError,
  read: (input) => {
    const response = parseResponse(input);
    expectRight(isResponse(response), `a response is ${JSON.stringify(response)}`);
    const plain = canonical(input);
    if (plain !== undefined) {
      expectRight(agree(response, plain), `protobufjs reads ${JSON.stringify(plain)}`);
    }
  },
};

function isResponse(response: Response): boolean {
  switch (response.kind) {
    case 'created':
      return response.streamId !== '';
    case 'ack':
      return Number.isInteger(response.physicalOffset);
    default:
      return response.durationMs >= 0 && response.durationMs < 2 ** 31;
  }
}

/** What protobufjs reads, if it writes the same bytes again. Of others, each implementation makes something else. */
function canonical(input: Buffer): PlainResponse | undefined {
  try {
    const message = type.decode(input);
    return input.equals(type.encode(message).finish())
      ? (type.toObject(message, { longs: Number }) as PlainResponse)
      : undefined;
  } catch {
    return undefined;
  }
}

function agree(response: Response, { createStreamResponse, ingestRecordResponse }: PlainResponse): boolean {
  switch (response.kind) {
    case 'created':
      return response.streamId === createStreamResponse?.streamId;
    case 'ack':
      return response.physicalOffset === ingestRecordResponse?.durabilityAckUpToOffset;
    default:
      return createStreamResponse === undefined && ingestRecordResponse === undefined;
  }
}
