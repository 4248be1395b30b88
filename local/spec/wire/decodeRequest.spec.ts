import fc from 'fast-check';
import { decodeRequest, type StreamRequest } from '../../lib/wire/decodeRequest.ts';
import { WireFormatError } from '../../lib/wire/protobufReader.ts';
import { encodeRequest } from '../support/zerobusWire.ts';

/** A decoded request as plain data, with its records as latin1 text. */
function plain(request: StreamRequest): unknown {
  if (request.kind === 'create') {
    return { ...request, descriptor: request.descriptor?.toString('latin1') };
  }
  if (request.kind === 'empty') {
    return request;
  }
  const { records, ...rest } = request;
  const texts = records.starts.map((start, index) => records.bytes.toString('latin1', start, records.end(index)));
  return { ...rest, records: texts };
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const utf8 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

describe('decodeRequest', () => {
  const offset = fc.maxSafeInteger();
  const records = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 });
  const texts = fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { maxLength: 20 });

  it('reads what protobufjs writes', () => {
    const cases = fc.oneof(
      fc
        .record({
          tableName: fc.string({ unit: 'binary' }),
          recordType: fc.constantFrom(0, 1, 2, 4),
          descriptorProto: fc.uint8Array(),
        })
        .map((create): [object, unknown] => [
          { createStream: create },
          {
            kind: 'create',
            tableName: create.tableName,
            recordType: create.recordType,
            descriptor: latin1(create.descriptorProto),
          },
        ]),
      fc
        .tuple(offset, records)
        .map(([offsetId, list]): [object, unknown] => [
          { ingestRecordBatch: { offsetId, protoEncodedBatch: { records: list } } },
          { kind: 'ingest', offset: offsetId, isBatch: true, recordType: 1, records: list.map(latin1) },
        ]),
      fc
        .tuple(offset, texts)
        .map(([offsetId, list]): [object, unknown] => [
          { ingestRecordBatch: { offsetId, jsonBatch: { records: list } } },
          { kind: 'ingest', offset: offsetId, isBatch: true, recordType: 2, records: list.map(utf8) },
        ]),
      fc
        .tuple(offset, fc.string({ unit: 'binary' }))
        .map(([offsetId, text]): [object, unknown] => [
          { ingestRecord: { offsetId, jsonRecord: text } },
          { kind: 'ingest', offset: offsetId, isBatch: false, recordType: 2, records: [utf8(text)] },
        ]),
      fc
        .tuple(offset, fc.uint8Array())
        .map(([offsetId, bytes]): [object, unknown] => [
          { ingestRecord: { offsetId, protoEncodedRecord: bytes } },
          { kind: 'ingest', offset: offsetId, isBatch: false, recordType: 1, records: [latin1(bytes)] },
        ]),
    );
    fc.assert(
      fc.property(cases, ([request, expected]) => {
        expect(plain(decodeRequest(encodeRequest(request)))).toEqual(expected as object);
      }),
      { numRuns: 500 },
    );
  });

  it('takes PROTO as the default record type, as the .proto declares it', () => {
    expect(plain(decodeRequest(encodeRequest({ createStream: { tableName: 'a.b.c' } })))).toEqual({
      kind: 'create',
      tableName: 'a.b.c',
      recordType: 1,
      descriptor: undefined,
    });
  });

  it('skips unknown fields of every wire type, at every level', () => {
    const unknown = [
      0xf8, 1, 5, 0xf9, 1, 1, 2, 3, 4, 5, 6, 7, 8, 0xfa, 1, 2, 8, 9, 0xfb, 1, 0x08, 1, 0xfc, 1, 0xfd, 1, 1, 2, 3, 4,
    ];
    const batch = [...unknown, 0x0a, 1, 0x31, ...unknown, 0x0a, 1, 0x32];
    const ingest = [...unknown, 8, 3, 0x1a, batch.length, ...batch, ...unknown];
    const message = Buffer.from([
      ...unknown,
      0x1a,
      0x80 | (ingest.length & 0x7f),
      ingest.length >> 7,
      ...ingest,
      ...unknown,
    ]);

    expect(plain(decodeRequest(message))).toEqual({
      kind: 'ingest',
      offset: 3,
      isBatch: true,
      recordType: 2,
      records: ['1', '2'],
    });
  });

  it('takes the last member of a oneof, and merges the parts of a batch', () => {
    const json = [0x1a, 3, 0x0a, 1, 0x61];
    const proto = [0x12, 3, 0x0a, 1, 0x62];
    const decoded = (parts: number[]): unknown => plain(decodeRequest(Buffer.from([0x1a, parts.length, ...parts])));

    expect(decoded([...json, ...json])).toEqual(jasmine.objectContaining({ recordType: 2, records: ['a', 'a'] }));
    expect(decoded([...json, ...proto])).toEqual(jasmine.objectContaining({ recordType: 1, records: ['b'] }));
  });

  it('reports a request without a payload as empty', () => {
    expect(decodeRequest(Buffer.alloc(0))).toEqual({ kind: 'empty' });
    expect(decodeRequest(Buffer.from([0x22, 0]))).toEqual({ kind: 'empty' });
  });

  it('throws only WireFormatErrors, for any bytes that it can not read', () => {
    const whole = encodeRequest({ ingestRecordBatch: { offsetId: 7, jsonBatch: { records: ['{"a":1}', '{}'] } } });
    const anyBytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, value]) => {
        const bytes = Buffer.from(whole);
        bytes[at] = value;
        return bytes;
      }),
    );
    let refused = 0;
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        try {
          decodeRequest(Buffer.from(bytes));
        } catch (error) {
          if (!(error instanceof WireFormatError)) {
            throw error;
          }
          refused++;
        }
      }),
      { numRuns: 1000 },
    );

    expect(refused).toBeGreaterThan(0);
    for (let length = 1; length < whole.length; length++) {
      expect(() => decodeRequest(whole.subarray(0, length)))
        .withContext(`cut after ${length} bytes`)
        .toThrowError(WireFormatError);
    }
  });
});
