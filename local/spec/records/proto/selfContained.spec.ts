import protobuf from 'protobufjs';
import 'protobufjs/ext/descriptor.js';
import { ProtoRecordReader } from '../../../lib/records/proto/protoRecordReader.ts';
import { parseCreateTable } from '../../../lib/schema/parseCreateTable.ts';
import { startZerobusLocal } from '../../../lib/startZerobusLocal.ts';
import { orRefusal } from '../../support/orRefusal.ts';
import { RawStream } from '../../support/rawStream.ts';

/** A message type in the form of protobufjs' descriptors. */
interface Message {
  readonly name: string;
  readonly field?: readonly Field[];
  readonly nestedType?: readonly Message[];
  readonly enumType?: readonly { readonly name: string }[];
}

interface Field {
  readonly name: string;
  readonly typeName?: string;
  /** 11 for a message (the default), 14 for an enum, 9 for a string. */
  readonly type?: number;
}

const { DescriptorProto } = (protobuf as unknown as { descriptor: { DescriptorProto: protobuf.Type } }).descriptor;

function encoded({ name, field = [], nestedType = [], enumType = [] }: Message): object {
  return {
    name,
    field: field.map((each, index) => ({ number: index + 1, label: 1, type: 11, ...each })),
    nestedType: nestedType.map(encoded),
    enumType,
  };
}

/** The serialized descriptor of a message. */
function descriptorOf(message: Message): Buffer {
  return Buffer.from(DescriptorProto.encode(DescriptorProto.fromObject(encoded(message))).finish());
}

/** What a table with the columns says to the descriptor. */
function verdict(message: Message, columns = 'place STRUCT<x: STRING>, id STRING'): string {
  return orRefusal(() => {
    new ProtoRecordReader(descriptorOf(message), parseCreateTable(`CREATE TABLE a.b.c (${columns})`).columns);
    return 'fits';
  }, ' | ');
}

const place: Message = { name: 'Place', field: [{ name: 'x', type: 9 }] };
const row = (typeName: string, ...nestedType: readonly Message[]): Message => ({
  name: 'Row',
  field: [{ name: 'place', typeName }],
  nestedType: nestedType.length === 0 ? [place] : nestedType,
});

describe('A descriptor', () => {
  for (const typeName of ['.Row.Place', '.shop.Row.Place', '.com.example.shop.Row.Place', '.shop.Outer.Row.Place']) {
    it(`may refer to a type inside as ${typeName}`, () => {
      expect(verdict(row(typeName))).toBe('fits');
    });
  }

  for (const [what, typeName] of [
    ['a relative name', 'Place'],
    ['a relative name that begins with the message', 'Row.Place'],
    ['a name without its message', '.Place'],
    ['a name without its message, in a package', '.shop.Place'],
    ['a type of another file', '.shop.Address'],
    ['a well-known type', '.google.protobuf.StringValue'],
    ['a name that only ends in the same letters', '.shop.MyRow.Place'],
    ['no name', ''],
  ] as const) {
    it(`is refused with 4033 if it refers to a type by ${what}`, () => {
      expect(verdict(row(typeName))).toMatch(
        /^ \| descriptor_proto: .*the field "place".*Error Code: 4033, Error State: 4\. Nest/,
      );
    });
  }

  it('is refused with 4033 for a field of a nested message, and for one that the table does not have', () => {
    const street: Message = { name: 'Place', field: [{ name: 'street', typeName: 'Street' }] };

    expect(verdict(row('.shop.Row.Place', street))).toContain('the field "street" refers to "Street"');
    expect(verdict(row('.shop.Row.Place'), 'id STRING')).toContain('FIELD_NOT_IN_TABLE | ');
    expect(verdict(row('.shop.Address'), 'id STRING')).toContain('4033');
  });

  it('is refused with 4033 for an enum outside, and with the type of the column for one inside', () => {
    const status = (typeName: string): Message => ({
      name: 'Row',
      field: [{ name: 'id', type: 14, typeName }],
      enumType: [{ name: 'Status' }],
    });

    expect(verdict(status('.shop.Status'))).toContain('4033');
    expect(verdict(status('Status'))).toContain('4033');
    expect(verdict(status('.shop.Row.Status'))).toBe(
      'TYPE_INCOMPATIBLE | descriptor_proto: id: expected STRING, but the field is enum',
    );
  });

  it('names the first fields that are wrong, and counts the others', () => {
    const field = Array.from({ length: 10 }, (_, index) => ({ name: `f${index}`, typeName: `.shop.T${index}` }));
    const problem = verdict({ name: 'Row', field });

    expect(problem).toContain('the field "f0" refers to ".shop.T0"');
    expect(problem).toContain('the field "f2" refers to ".shop.T2", and 7 more do so. Error Code: 4033');
    expect(problem).not.toContain('f3');
  });

  it('that is refused with 4033 ends its stream with INVALID_ARGUMENT', async () => {
    await using server = await startZerobusLocal({
      tables: ['CREATE TABLE a.b.c (place STRUCT<x: STRING>)'],
      auth: false,
    });
    const stream = new RawStream(server.endpoint, { table: 'a.b.c' });
    stream.send({
      createStream: {
        tableName: 'a.b.c',
        recordType: 1,
        descriptorProto: descriptorOf(row('.google.protobuf.StringValue')),
      },
    });
    const { code, details } = await stream.status;

    expect(code).toBe(3);
    expect(details).toContain('".google.protobuf.StringValue"');
    expect(details).toContain('Error Code: 4033');
  });
});
