import { ProtoRecordReader } from '../../../lib/records/proto/protoRecordReader.ts';
import { RecordError } from '../../../lib/records/recordError.ts';
import { parseCreateTable } from '../../../lib/schema/parseCreateTable.ts';
import { parseMessage } from '../../support/messageDescriptor.ts';
import { protoSpans } from '../../support/recordSpansOf.ts';
import { expectRight } from '../expectRight.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';

const { columns } = parseCreateTable(`CREATE TABLE a.b.c (
  t TINYINT, i INT, l BIGINT, f FLOAT, d DOUBLE, s STRING, v VARCHAR(3), b BOOLEAN, y BINARY, e DATE, u TIMESTAMP,
  c DECIMAL(10,2), w VARIANT, r ARRAY<INT>, m MAP<STRING, BIGINT>, o STRUCT<x: INT NOT NULL, y: ARRAY<STRING>>
)`);

const { type, descriptor } = parseMessage(`
  message O { required int32 x = 1; repeated string y = 2; }
  optional int32 t = 1; optional sint32 i = 2; optional sfixed64 l = 3; optional float f = 4; optional double d = 5;
  optional string s = 6; optional string v = 7; optional bool b = 8; optional bytes y = 9; optional int32 e = 10;
  optional int64 u = 11; optional string c = 12; optional string w = 13; repeated int32 r = 14 [packed = true];
  map<string, int64> m = 15; optional O o = 16;
`);

const record = (value: object): Buffer => Buffer.from(type.encode(type.fromObject(value)).finish());

/** The length of a descriptor in two bytes, the descriptor, and a record. */
function input(record: Buffer): Buffer {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(descriptor.length);
  return Buffer.concat([head, descriptor, record]);
}

/** The descriptor of a stream of protobuf records, and a record of the stream. */
export const protoRecordsTarget: FuzzTarget = {
  name: 'protoRecords',
  seeds: [
    record({ t: 1, i: -2, l: '9007199254740993', f: 1.5, d: -0, s: 'ü', v: 'abc', b: true, y: Buffer.of(0, 255) }),
    record({
      e: 20_000,
      u: '1700000000000000',
      c: '12.34',
      w: '{"a":[1]}',
      r: [1, 2],
      m: { a: '1' },
      o: { x: 1, y: ['z'] },
    }),
    record({}),
  ].map(input),
  words: ['google', '.shop.Row.O', '[[[['],
  isTyped: (error) => error instanceof RecordError,
  read: (bytes) => {
    const end = 2 + (bytes.length < 2 ? 0 : bytes.readUInt16BE());
    const reader = new ProtoRecordReader(bytes.subarray(2, end), columns);
    const lines = reader.toRowLines(protoSpans([bytes.subarray(end), bytes.subarray(end)])).toString('utf8');
    const rows = lines.split('\n');
    expectRight(rows.length === 3 && rows[0] === rows[1] && rows[2] === '', `the lines are ${lines}`);
    const row: unknown = JSON.parse(rows[0] ?? '');
    expectRight(typeof row === 'object' && row !== null && !Array.isArray(row), `the row is ${lines}`);
  },
};
