import duration from 'google-protobuf/google/protobuf/duration_pb.js';
import protobuf from 'protobufjs';
import { encodeRow } from '../../lib/rows/encodeRow.ts';
import { payloadForm } from '../../lib/sdk/payloadForm.ts';
import { type Payload, toRecord } from '../../lib/sdk/toRecord.ts';
import { int, string } from '../../lib/table/columnBuilders.ts';
import { defineTable } from '../../lib/table/defineTable.ts';

const invalid = jasmine.objectContaining({ code: 'INVALID_RECORD' });
const bytes = new Uint8Array([8, 7]);

describe('toRecord', () => {
  const proto = (payload: unknown, takesRows = false): unknown => toRecord(payload as Payload, 'PROTO', takesRows);
  const json = (payload: unknown): unknown => toRecord(payload as Payload, 'JSON', false);

  it('serializes google-protobuf messages', () => {
    const message = new duration.Duration();
    message.setSeconds(7);
    expect(proto(message)).toEqual(message.serializeBinary());
  });

  it('serializes protobufjs messages, which leave encoding to their class', () => {
    const type = protobuf.Type.fromJSON('Reading', { fields: { temp: { type: 'int32', id: 1 } } });
    const Reading = new protobuf.Root().add(type).lookupType('Reading');
    expect(Buffer.from(proto(Reading.create({ temp: 7 })) as Uint8Array)).toEqual(Buffer.from(bytes));
  });

  it('serializes objects with their own encode, to bytes or to a writer', () => {
    expect(proto({ encode: () => bytes })).toBe(bytes);
    expect(proto({ encode: () => ({ finish: () => bytes }) })).toBe(bytes);
  });

  it('takes bytes as they are, Buffers too', () => {
    expect(proto(bytes)).toBe(bytes);
    const buffer = Buffer.from(bytes);
    expect(proto(buffer)).toBe(buffer);
  });

  it('leaves rows to the encoder of the stream, if it has one', () => {
    const row = { temp: 1 };
    expect(proto(row, true)).toBe(row);
    expect(() => proto(row)).toThrow(invalid);
  });

  it('takes objects and text on JSON streams', () => {
    const record = { temp: 1 };
    expect([json(record), json('{"temp":1}')]).toEqual([record, '{"temp":1}']);
    expect(json(record)).toBe(record);
  });

  it('refuses every other payload with one clear error', () => {
    for (const payload of [null, undefined, 1, true, 'text', Symbol('s'), [bytes], {}]) {
      expect(() => proto(payload))
        .withContext(String(payload))
        .toThrow(invalid);
    }
    for (const payload of [null, undefined, 1, true, Symbol('s'), [{}], bytes, 1n, new duration.Duration()]) {
      expect(() => json(payload))
        .withContext(String(payload))
        .toThrow(invalid);
    }
    for (const result of [undefined, 'text', [8, 7], { finish: () => 'text' }]) {
      expect(() => proto({ encode: () => result })).toThrow(invalid);
    }
  });
});

describe('payloadForm', () => {
  const definition = defineTable('main.iot.readings', { device: string(), temp: int().notNull() });

  it('freezes a record that has to wait: copies bytes, and encodes a row', () => {
    const form = payloadForm('PROTO', definition);
    const given = bytes.slice();
    const frozen = form.freeze(given);
    given[1] = 8;
    expect(frozen).toEqual(bytes);
    const row = { device: 'd', temp: 7 };
    const message = form.freeze(row);
    expect(message).toEqual(encodeRow(definition, { device: 'd', temp: 7 }));
  });

  it('refuses a bad row when it is frozen, not at its turn', () => {
    expect(() => payloadForm('PROTO', definition).freeze({ temp: 'warm' })).toThrow(invalid);
  });

  it('does not copy text', () => {
    expect(payloadForm('JSON', undefined).freeze('{"temp":1}')).toBe('{"temp":1}');
  });
});
