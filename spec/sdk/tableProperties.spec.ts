import descriptor from 'google-protobuf/google/protobuf/descriptor_pb.js';
import { resolveTarget } from '../../lib/sdk/tableProperties.ts';
import { int } from '../../lib/table/columnBuilders.ts';
import { defineTable } from '../../lib/table/defineTable.ts';

const TABLE_NAME = 'main.iot.readings';
const invalid = jasmine.objectContaining({ code: 'INVALID_OPTIONS' });

describe('resolveTarget', () => {
  const message = new descriptor.DescriptorProto();
  message.setName('Readings');
  const bytes = message.serializeBinary();
  let emitWarning: jasmine.Spy;

  beforeEach(() => {
    emitWarning = spyOn(process, 'emitWarning');
  });

  it('takes a descriptor as bytes, in base64, or as a message', () => {
    for (const descriptorProto of [bytes, Buffer.from(bytes).toString('base64'), message]) {
      for (const recordType of ['PROTO', undefined] as const) {
        const { table, descriptor: resolved } = resolveTarget({ tableName: TABLE_NAME, descriptorProto }, recordType);
        expect([table, Buffer.from(resolved ?? [])]).toEqual([TABLE_NAME, Buffer.from(bytes)]);
      }
    }
    expect(emitWarning).not.toHaveBeenCalled();
  });

  it('makes it a JSON stream if there is no descriptor', () => {
    for (const recordType of ['JSON', undefined] as const) {
      expect(resolveTarget({ tableName: TABLE_NAME }, recordType)).toEqual({
        table: TABLE_NAME,
        descriptor: undefined,
      });
    }
  });

  it('refuses a PROTO stream without a descriptor', () => {
    expect(() => resolveTarget({ tableName: TABLE_NAME }, 'PROTO')).toThrow(invalid);
  });

  it('warns about the descriptor of a JSON stream, and ignores it', () => {
    expect(resolveTarget({ tableName: TABLE_NAME, descriptorProto: bytes }, 'JSON').descriptor).toBeUndefined();
    expect(emitWarning).toHaveBeenCalledOnceWith(jasmine.any(String), {
      type: 'ZerobusWarning',
      code: 'DESCRIPTOR_IGNORED',
    });
  });

  it('refuses an unknown record type, text that is not base64, and a target that is not an object', () => {
    expect(() => resolveTarget({ tableName: TABLE_NAME, descriptorProto: bytes }, 'AVRO' as 'JSON')).toThrow(invalid);
    for (const descriptorProto of ['', 'not base64!', 7, {}]) {
      expect(() => resolveTarget({ tableName: TABLE_NAME, descriptorProto: descriptorProto as string }, undefined))
        .withContext(JSON.stringify(descriptorProto))
        .toThrow(invalid);
    }
    for (const target of [undefined, null, TABLE_NAME]) {
      expect(() => resolveTarget(target as unknown as { tableName: string }, undefined))
        .withContext(String(target))
        .toThrow(invalid);
    }
  });

  it('takes a table definition as it is, except for JSON', () => {
    const definition = defineTable(TABLE_NAME, { temp: int() });
    expect(resolveTarget(definition, undefined)).toEqual({ table: definition, descriptor: undefined });
    expect(resolveTarget(definition, 'PROTO').table).toBe(definition);
    expect(() => resolveTarget(definition, 'JSON')).toThrow(invalid);
  });
});
