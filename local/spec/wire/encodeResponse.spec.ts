import fc from 'fast-check';
import { encodeAck, encodeCloseStreamSignal, encodeCreateStreamResponse } from '../../lib/wire/encodeResponse.ts';
import { encodeStatusDetails } from '../../lib/wire/encodeStatusDetails.ts';
import { decodeErrorInfo, decodeStatus } from '../support/statusDetails.ts';
import { decodeResponse } from '../support/zerobusWire.ts';

describe('The responses', () => {
  it('are read by protobufjs as they are meant', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.string({ unit: 'binary', minLength: 1 }), (offset, streamId) => {
        expect(decodeResponse(encodeAck(offset))).toEqual({
          ingestRecordResponse: { durabilityAckUpToOffset: offset },
        });
        expect(decodeResponse(encodeCreateStreamResponse(streamId))).toEqual({ createStreamResponse: { streamId } });
      }),
    );
  });

  it('can omit the offset of an ack', () => {
    expect(decodeResponse(encodeAck(undefined))).toEqual({ ingestRecordResponse: {} });
  });

  it('encode durations as seconds and nanoseconds', () => {
    expect(decodeResponse(encodeCloseStreamSignal(61_250))).toEqual({
      closeStreamSignal: { duration: { seconds: 61, nanos: 250_000_000 } },
    });
    expect(decodeResponse(encodeCloseStreamSignal(0))).toEqual({ closeStreamSignal: { duration: {} } });
  });
});

describe('encodeStatusDetails', () => {
  it('puts an ErrorInfo into a Status', () => {
    const info = { reason: 'R', domain: 'd', metadata: { causes: 'A,B', error_code: '8001' } };
    const { code, message, details } = decodeStatus(encodeStatusDetails(3, 'größer', info));

    expect([code, message, details.length]).toEqual([3, 'größer', 1]);
    expect(details[0]?.typeUrl).toBe('type.googleapis.com/google.rpc.ErrorInfo');
    expect(decodeErrorInfo(details[0]?.value ?? new Uint8Array())).toEqual(info);
  });
});
