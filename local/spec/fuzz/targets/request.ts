import { decodeRequest, type StreamRequest } from '../../../lib/wire/decodeRequest.ts';
import { WireFormatError } from '../../../lib/wire/protobufReader.ts';
import { encodeRequest, requestType } from '../../support/zerobusWire.ts';
import { expectRight } from '../expectRight.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';

interface PlainRequest {
  readonly createStream?: { readonly tableName?: string; readonly recordType?: number };
  readonly ingestRecord?: PlainRecords;
  readonly ingestRecordBatch?: PlainRecords;
}

interface PlainRecords {
  readonly offsetId?: number;
  readonly protoEncodedRecord?: Buffer;
  readonly jsonRecord?: string;
  readonly avroEncodedRecord?: Buffer;
  readonly protoEncodedBatch?: { readonly records?: readonly Buffer[] };
  readonly jsonBatch?: { readonly records?: readonly string[] };
  readonly avroBatch?: { readonly records?: readonly Buffer[] };
}

/** The requests of clients on a stream. */
export const requestTarget: FuzzTarget = {
  name: 'request',
  seeds: [
    encodeRequest({ createStream: { tableName: 'main.iot.readings', recordType: 2 } }),
    encodeRequest({ createStream: { tableName: 'a.b.c', descriptorProto: Buffer.from('\n\u0003Row'), recordType: 1 } }),
    encodeRequest({ ingestRecord: { offsetId: 7, jsonRecord: '{"n":1}' } }),
    encodeRequest({ ingestRecord: { offsetId: 7, protoEncodedRecord: Buffer.of(8, 1) } }),
    encodeRequest({ ingestRecordBatch: { offsetId: 300, jsonBatch: { records: ['{"n":1}', '', '{}'] } } }),
    encodeRequest({
      ingestRecordBatch: { offsetId: 0, protoEncodedBatch: { records: [Buffer.of(8, 1), Buffer.of()] } },
    }),
  ],
  isTyped: (error) => error instanceof WireFormatError,
  read: (input) => {
    const request = decodeRequest(input);
    const plain = canonical(input);
    if (plain !== undefined) {
      expectRight(agree(request, plain), `protobufjs reads ${JSON.stringify(plain)}`);
    }
  },
};

/** What protobufjs reads, if it writes the same bytes again. Of others, each implementation makes something else. */
function canonical(input: Buffer): PlainRequest | undefined {
  try {
    const message = requestType.decode(input);
    return input.equals(requestType.encode(message).finish())
      ? (requestType.toObject(message, { longs: Number }) as PlainRequest)
      : undefined;
  } catch {
    return undefined;
  }
}

function agree(request: StreamRequest, { createStream, ingestRecord, ingestRecordBatch }: PlainRequest): boolean {
  if (request.kind === 'empty') {
    return createStream === undefined && ingestRecord === undefined && ingestRecordBatch === undefined;
  }
  if (request.kind === 'create') {
    return (
      request.tableName === (createStream?.tableName ?? '') && request.recordType === (createStream?.recordType ?? 1)
    );
  }
  const plain = ingestRecord ?? ingestRecordBatch;
  const { bytes, starts, ends } = request.records;
  const texts = starts.map((start, index) => bytes.toString('latin1', start, ends[index]));
  return (
    request.offset === plain?.offsetId && JSON.stringify(texts) === JSON.stringify(recordsOf(plain ?? {}).map(latin1))
  );
}

function recordsOf(plain: PlainRecords): readonly (string | Buffer)[] {
  const single = plain.protoEncodedRecord ?? plain.jsonRecord ?? plain.avroEncodedRecord;
  return single === undefined
    ? ((plain.protoEncodedBatch ?? plain.jsonBatch ?? plain.avroBatch)?.records ?? [])
    : [single];
}

function latin1(record: string | Buffer): string {
  return Buffer.from(record as string).toString('latin1');
}
