import { compileProtoDecoder } from '../../../lib/records/proto/compileProtoDecoder.ts';
import { parseDescriptor } from '../../../lib/records/proto/descriptor.ts';
import { ProtoRecordReader } from '../../../lib/records/proto/protoRecordReader.ts';
import { RecordError } from '../../../lib/records/recordError.ts';
import { parseCreateTable } from '../../../lib/schema/parseCreateTable.ts';
import { parseMessage } from '../../support/messageDescriptor.ts';
import { orRefusal } from '../../support/orRefusal.ts';

function verdict(columns: string, body: string): string {
  const { descriptor } = parseMessage(body);
  return orRefusal(() => {
    compileProtoDecoder(parseDescriptor(descriptor), parseCreateTable(`CREATE TABLE a.b.c (${columns})`).columns);
    return 'fits';
  }, ' | ');
}

describe('compileProtoDecoder', () => {
  const fieldTypes = [
    'double',
    'float',
    'int32',
    'sint32',
    'sfixed32',
    'uint32',
    'fixed32',
    'int64',
    'sint64',
    'sfixed64',
    'uint64',
    'fixed64',
    'bool',
    'string',
    'bytes',
  ];
  const small = ['int32', 'sint32', 'sfixed32'];
  const large = [...small, 'int64', 'sint64', 'sfixed64'];
  const accepted: Readonly<Record<string, readonly string[]>> = {
    TINYINT: small,
    SMALLINT: small,
    INT: small,
    DATE: small,
    BIGINT: large,
    TIMESTAMP: large,
    TIMESTAMP_NTZ: large,
    FLOAT: ['float'],
    DOUBLE: ['double', 'float'],
    BOOLEAN: ['bool'],
    BINARY: ['bytes'],
    STRING: ['string'],
    'VARCHAR(3)': ['string'],
    'DECIMAL(5,2)': ['string'],
    VARIANT: ['string'],
  };

  for (const [columnType, types] of Object.entries(accepted)) {
    it(`takes the valid field types of ${columnType}, alone and in a list, and no others`, () => {
      const fitting = (label: string, type: string): string[] =>
        fieldTypes.filter((fieldType) => verdict(`a ${type}`, `${label} ${fieldType} a = 1;`) === 'fits');

      expect(fitting('optional', columnType).sort()).toEqual([...types].sort());
      expect(fitting('repeated', `ARRAY<${columnType}>`).sort()).toEqual([...types].sort());
    });
  }

  it('names all problems at once', () => {
    const result = verdict(
      'a INT, b STRING NOT NULL, s STRUCT<x: INT, y: STRING NOT NULL>',
      'optional string a = 1; optional int32 c = 2; message S { optional int64 x = 1; optional int32 z = 2; } optional S s = 3;',
    );

    expect(result).toBe(
      'TYPE_INCOMPATIBLE,MISSING_REQUIRED_COLUMN,TYPE_INCOMPATIBLE,MISSING_REQUIRED_COLUMN,FIELD_NOT_IN_TABLE,FIELD_NOT_IN_TABLE | ' +
        'descriptor_proto: a: expected INT, but the field is string; b is NOT NULL in the table, but the descriptor does not have it; ' +
        's.x: expected INT, but the field is int64; s.y is NOT NULL in the table, but the descriptor does not have it; ' +
        'the table has no column s.z; the table has no column c',
    );
  });

  for (const [what, columns, body, expected] of [
    ['a list for a scalar', 'a INT', 'repeated int32 a = 1;', 'a: expected INT, but the field is repeated'],
    [
      'a scalar for a list',
      'a ARRAY<INT>',
      'optional int32 a = 1;',
      'a: expected ARRAY, but the field is not repeated',
    ],
    ['a map for a list', 'a ARRAY<INT>', 'map<string, int32> a = 1;', 'a[]: expected INT, but the field is message'],
    ['a list for a map', 'a MAP<STRING, INT>', 'repeated int32 a = 1;', 'a: expected MAP, but the field is not a map'],
    [
      'a map with keys of another type',
      'a MAP<STRING, INT>',
      'map<int32, int32> a = 1;',
      'a: expected STRING, but the field is int32',
    ],
    [
      'a map with values of another type',
      'a MAP<STRING, INT>',
      'map<string, bool> a = 1;',
      'a[]: expected INT, but the field is bool',
    ],
    [
      'a scalar for a struct',
      'a STRUCT<x: INT>',
      'optional int32 a = 1;',
      'a: expected STRUCT, but the field is int32',
    ],
    ['a list for a list of lists', 'a ARRAY<ARRAY<INT>>', 'repeated int32 a = 1;', 'protobuf has no lists of lists'],
    [
      'text for a TIMESTAMP',
      'a TIMESTAMP',
      'optional string a = 1;',
      'a: expected TIMESTAMP as int64, microseconds since 1970-01-01, but the field is string',
    ],
    [
      'int64 for a DATE',
      'a DATE',
      'optional int64 a = 1;',
      'a: expected DATE as int32, days since 1970-01-01, but the field is int64',
    ],
    [
      'a double for a DECIMAL',
      'a DECIMAL(4,2)',
      'optional double a = 1;',
      'a: expected DECIMAL(4,2) as string, digits such as "12.50", but the field is double',
    ],
    ['text for a BINARY', 'a BINARY', 'optional string a = 1;', 'a: expected BINARY as bytes, but the field is string'],
    [
      'bytes for a VARIANT',
      'a VARIANT',
      'optional bytes a = 1;',
      'a: expected VARIANT as string, JSON text, but the field is bytes',
    ],
    ['an enum', 'a STRING', 'enum E { X = 0; } optional E a = 1;', 'a: expected STRING, but the field is enum'],
  ] as const) {
    it(`refuses ${what}`, () => {
      const result = verdict(columns, body);

      expect(result).toMatch(/^TYPE_INCOMPATIBLE \|/);
      expect(result).toContain(expected);
    });
  }

  it('hints at columns and fields that are the same but for case and separators', () => {
    const body = 'optional int32 Temp = 1; message S { optional int32 deviceId = 1; } repeated S s = 2;';
    expect(verdict('temp INT, s ARRAY<STRUCT<device_id: INT>>', body)).toBe(
      'FIELD_NOT_IN_TABLE,FIELD_NOT_IN_TABLE | descriptor_proto: ' +
        'the table has no column s[].deviceId; did you mean "device_id"? Names must be the same; ' +
        'the table has no column Temp; did you mean "temp"? Case matters in names',
    );
  });

  it('finds a message type in the nearest scope, and a deeply nested one', () => {
    const body = `message A { message B { optional int32 x = 1; } optional B b = 1; } message B { optional string y = 1; }
      optional A a = 1; optional B b = 2;`;

    expect(verdict('a STRUCT<b: STRUCT<x: INT>>, b STRUCT<y: STRING>', body)).toBe('fits');
  });

  it('refuses bytes that are not a descriptor', () => {
    const { columns } = parseCreateTable('CREATE TABLE a.b.c (a INT)');

    expect(() => new ProtoRecordReader(Buffer.from([0xff]), columns)).toThrowError(
      RecordError,
      /^descriptor_proto: not a google\.protobuf\.DescriptorProto/,
    );
  });
});
