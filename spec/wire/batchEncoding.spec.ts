import fc from 'fast-check';
import type { Batch } from '../../lib/wire/batch.ts';
import { HEADROOM_BYTES, ingestRequest, recordsOf } from '../../lib/wire/batch.ts';
import { JsonBatchBuilder } from '../../lib/wire/jsonBatchBuilder.ts';
import { ProtoBatchBuilder } from '../../lib/wire/protoBatchBuilder.ts';
import {
  EphemeralStreamRequest,
  IngestRecordBatchRequest,
  JsonRecordBatch,
  ProtoEncodedRecordBatch,
} from '../../proto/messages.ts';

const noLimits = { maxBatchRecords: Number.POSITIVE_INFINITY, maxBatchBytes: 100_000_000 };

/** The bytes that google-protobuf writes for the same batch. */
function expectedRequest(records: string[] | Uint8Array[], offset: number): Uint8Array {
  const batch = new IngestRecordBatchRequest();
  batch.setOffsetId(offset);
  if (records[0] instanceof Uint8Array) {
    const proto = new ProtoEncodedRecordBatch();
    proto.setRecordsList(records as Uint8Array[]);
    batch.setProtoEncodedBatch(proto);
  } else {
    const json = new JsonRecordBatch();
    json.setRecordsList(records as string[]);
    batch.setJsonBatch(json);
  }
  const request = new EphemeralStreamRequest();
  request.setIngestRecordBatch(batch);
  return request.serializeBinary();
}

function sealJson(records: readonly (object | string)[], limits = noLimits): Batch[] {
  const batches: Batch[] = [];
  const builder = new JsonBatchBuilder(limits, (batch) => batches.push(batch));
  for (const record of records) {
    builder.add(record);
  }
  builder.seal();
  return batches;
}

function sealProto(records: readonly Uint8Array[], limits = noLimits): Batch[] {
  const batches: Batch[] = [];
  const builder = new ProtoBatchBuilder(limits, (batch) => batches.push(batch));
  for (const record of records) {
    builder.add(record);
  }
  builder.seal();
  return batches;
}

const only = (batches: Batch[]): Batch => {
  expect(batches.length).toBe(1);
  return batches[0] as Batch;
};

/** Lengths around every step of the varint in front of a record. */
const aroundVarintSteps = fc.constantFrom(0, 1, 126, 127, 128, 129, 16_382, 16_383, 16_384, 16_385);
const asciiText = fc.oneof(
  fc.string({ unit: 'binary-ascii', maxLength: 300 }),
  aroundVarintSteps.map((length) => 'x'.repeat(length)),
);
/** Text of whole code points, because a lone surrogate has no UTF-8 form to compare. */
const anyText = fc.oneof(
  asciiText,
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .tuple(aroundVarintSteps, fc.constantFrom('é', '€', '😀', '\u0080', '\uffff'))
    .map(([length, text]) => text.repeat(length / 2)),
);
const physicalOffset = fc.oneof(
  fc.nat(300),
  fc.constantFrom(127, 128, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 35, Number.MAX_SAFE_INTEGER),
);

describe('The encoding of a batch', () => {
  for (const [what, text] of [
    ['ASCII text', asciiText],
    ['any text', anyText],
  ] as const) {
    it(`has google-protobuf's bytes for JSON records of ${what}`, () => {
      fc.assert(
        fc.property(fc.array(text, { minLength: 1, maxLength: 30 }), physicalOffset, (records, offset) => {
          const batch = only(sealJson(records));
          expect(ingestRequest(batch, offset).equals(expectedRequest(records, offset))).toBeTrue();
          expect(recordsOf(batch)).toEqual(records);
          expect([batch.recordCount, batch.offsetCount]).toEqual([records.length, records.length]);
        }),
      );
    });
  }

  it("has google-protobuf's bytes for protobuf records", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      aroundVarintSteps.map((length) => new Uint8Array(length).fill(7)),
    );
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 1, maxLength: 30 }), physicalOffset, (records, offset) => {
        const batch = only(sealProto(records));
        expect(ingestRequest(batch, offset).equals(expectedRequest(records, offset))).toBeTrue();
        expect(
          recordsOf(batch).every((record, index) =>
            Buffer.from(records[index] as Uint8Array).equals(record as Uint8Array),
          ),
        ).toBeTrue();
        expect(recordsOf(batch).length).toBe(records.length);
      }),
    );
  });

  it('stringifies objects', () => {
    expect(recordsOf(only(sealJson([{ a: 1, b: 'é' }, '{"ready":true}'])))).toEqual([
      '{"a":1,"b":"é"}',
      '{"ready":true}',
    ]);
  });

  it('sends the same records again under another offset', () => {
    const records = ['{}', '{"n":1}'];
    const batch = only(sealJson(records));
    for (const offset of [70_000, 0, 128]) {
      expect(Buffer.from(ingestRequest(batch, offset))).toEqual(Buffer.from(expectedRequest(records, offset)));
    }
  });

  it('leaves room in front for a head and a frame', () => {
    const batch = only(sealJson(['x'.repeat(3_000_000)]));
    const longest = ingestRequest(batch, Number.MAX_SAFE_INTEGER);
    expect(longest.length - (batch.buffer.length - HEADROOM_BYTES)).toBeLessThanOrEqual(HEADROOM_BYTES - 5);
  });
});

describe('The open batch', () => {
  const forms = {
    JSON: (limits: typeof noLimits) => sealJson(Array(7).fill('12345678'), limits),
    PROTO: (limits: typeof noLimits) => sealProto(Array(7).fill(Buffer.from('12345678')), limits),
  };

  for (const [form, seal] of Object.entries(forms)) {
    it(`is sealed after maxBatchRecords (${form})`, () => {
      expect(seal({ ...noLimits, maxBatchRecords: 3 }).map((batch) => batch.recordCount)).toEqual([3, 3, 1]);
    });

    it(`is sealed after maxBatchBytes (${form})`, () => {
      expect(seal({ ...noLimits, maxBatchBytes: 20 }).map((batch) => batch.recordCount)).toEqual([2, 2, 2, 1]);
    });
  }

  it('puts a large record into a batch of its own', () => {
    const limits = { ...noLimits, maxBatchBytes: 100 };
    const large = 'x'.repeat(1000);
    expect(sealJson(['a', large, 'b'], limits).map((batch) => batch.recordCount)).toEqual([1, 1, 1]);
    expect(
      sealProto([Buffer.from('a'), Buffer.from(large), Buffer.from('b')], limits).map((batch) => batch.recordCount),
    ).toEqual([1, 1, 1]);
  });

  it('is unchanged after a record was refused', () => {
    const batches: Batch[] = [];
    const builder = new JsonBatchBuilder(noLimits, (batch) => batches.push(batch));
    builder.add({ n: 1 });
    const before = [builder.recordCount, builder.byteCount];
    expect(() => builder.add({ n: Symbol('n') })).toThrow(jasmine.objectContaining({ code: 'INVALID_RECORD' }));
    expect(() => builder.add('x'.repeat(10_500_000))).toThrow(jasmine.objectContaining({ code: 'RECORD_TOO_LARGE' }));
    expect([builder.recordCount, builder.byteCount]).toEqual(before);
    builder.seal();
    expect(batches.flatMap(recordsOf)).toEqual(['{"n":1}']);
  });

  it('measures a record in bytes, not in characters', () => {
    expect(() => sealJson(['€'.repeat(3_500_000)])).toThrow(jasmine.objectContaining({ code: 'RECORD_TOO_LARGE' }));
    expect(sealJson(['€'.repeat(3_400_000)]).length).toBe(1);
  });

  it('is not sealed if it is empty', () => {
    expect(sealJson([])).toEqual([]);
    expect(sealProto([])).toEqual([]);
  });
});
