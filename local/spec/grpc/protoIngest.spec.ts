import { readTable } from '../../lib/sql/readTable.ts';
import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';
import { parseMessage } from '../support/messageDescriptor.ts';
import { RawStream } from '../support/rawStream.ts';
import { errorInfoOf } from '../support/statusDetails.ts';

const EVERYTHING = 'main.shop.everything';
const COLUMNS = `t TINYINT, s SMALLINT, i INT, l BIGINT, f FLOAT, d DOUBLE, str STRING, vc VARCHAR(5), b BOOLEAN, bin BINARY, da DATE,
  ts TIMESTAMP, tn TIMESTAMP_NTZ, de DECIMAL(20,2), v VARIANT, list ARRAY<BIGINT>, map MAP<STRING, BIGINT>,
  st STRUCT<x: BIGINT, y: ARRAY<STRING>>, items ARRAY<STRUCT<x: STRING>>`;
const BODY = `optional int32 t = 1; optional int32 s = 2; optional int32 i = 3; optional int64 l = 4; optional float f = 5;
  optional double d = 6; optional string str = 7; optional string vc = 8; optional bool b = 9; optional bytes bin = 10;
  optional int32 da = 11; optional int64 ts = 12; optional int64 tn = 13; optional string de = 14; optional string v = 15;
  repeated int64 list = 16; map<string, int64> map = 17; message St { optional int64 x = 1; repeated string y = 2; }
  optional St st = 18; message Item { optional string x = 1; } repeated Item items = 19;`;

describe('PROTO ingest over gRPC', () => {
  let server: ZerobusLocal;

  beforeEach(async () => {
    server = await startZerobusLocal({ tables: [`CREATE TABLE ${EVERYTHING} (${COLUMNS})`], auth: false });
  });

  afterEach(() => server.close());

  it('stores the same row as JSON, for every type', async () => {
    const { type, descriptor } = parseMessage(BODY);
    const row = {
      t: -128,
      s: 32767,
      i: -2147483648,
      l: '9223372036854775807',
      f: 1.5,
      d: 0.1,
      str: 'a"\\\n😀',
      vc: 'größe',
      b: true,
      bin: Buffer.from([0, 255]).toString('base64'),
      da: 19_782,
      ts: '1700000000000001',
      tn: '-1',
      de: '-123456789012345678.90',
      v: '{"a":[1,{"b":null}]}',
      list: ['9007199254740993', '-1'],
      map: { k: '9007199254740993' },
      st: { x: '-9223372036854775808', y: ['p', ''] },
      items: [{ x: 'q' }, {}],
    };
    const proto = await RawStream.open(server.endpoint, EVERYTHING, {
      create: { recordType: 1, descriptorProto: descriptor },
    });
    const encoded = Buffer.from(type.encode(type.fromObject(row)).finish());
    proto.send({ ingestRecord: { offsetId: 0, protoEncodedRecord: encoded } });
    proto.send({ ingestRecordBatch: { offsetId: 1, protoEncodedBatch: { records: [encoded, encoded] } } });
    const json = await RawStream.open(server.endpoint, EVERYTHING);
    // The text of integers beyond 2^53, which JSON.stringify can't write as numbers.
    json.sendJson(0, [JSON.stringify(row).replaceAll(/"(-?\d{1,19})"/g, '$1')]);
    const statuses = await Promise.all([proto.close(), json.close()]);
    await server.flush();

    expect(statuses.map(({ code }) => code)).toEqual([0, 0]);
    const { rows } = await readTable(
      server.tablePath(EVERYTHING),
      'SELECT * REPLACE (v::JSON::VARCHAR AS v) FROM this',
    );
    expect(rows.length).toBe(4);
    expect(new Set(rows.map((stored) => JSON.stringify(stored))).size).toBe(1);
    expect(rows[0]?.[3]).toBe('9223372036854775807');
    expect(rows[0]?.[13]).toBe('-123456789012345678.90');
  });

  it('refuses a descriptor that does not fit when the stream is created', async () => {
    const { descriptor } = parseMessage('optional string i = 1; optional int32 zzz = 2;');
    const stream = new RawStream(server.endpoint, { table: EVERYTHING });
    stream.send({ createStream: { tableName: EVERYTHING, recordType: 1, descriptorProto: descriptor } });
    const status = await stream.status;

    expect(status.code).toBe(3);
    expect(status.details).toContain('i: expected INT, but the field is string');
    expect(status.details).toContain('the table has no column zzz');
    expect(errorInfoOf(status)?.metadata).toEqual({
      causes: 'TYPE_INCOMPATIBLE,FIELD_NOT_IN_TABLE',
      error_code: '8001',
    });
  });

  it('refuses a batch if one record is not a message', async () => {
    const { descriptor } = parseMessage('optional int32 i = 1;');
    const stream = await RawStream.open(server.endpoint, EVERYTHING, {
      create: { recordType: 1, descriptorProto: descriptor },
    });
    const records = [Buffer.from([8, 1]), Buffer.from([8])];
    stream.send({ ingestRecordBatch: { offsetId: 0, protoEncodedBatch: { records } } });
    const status = await stream.status;
    await server.flush();

    expect([status.code, status.details]).toEqual([
      3,
      'records[1]: not a protobuf message: a varint runs past the end',
    ]);
    expect((await readTable(server.tablePath(EVERYTHING))).rows).toEqual([]);
  });
});
