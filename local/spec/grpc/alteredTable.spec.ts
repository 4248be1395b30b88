import { readTable } from '../../lib/sql/readTable.ts';
import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';
import { parseMessage } from '../support/messageDescriptor.ts';
import { RawStream } from '../support/rawStream.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';

describe('a stream of a table that is altered', () => {
  let server: ZerobusLocal;

  beforeEach(async () => {
    server = await startZerobusLocal({ tables: [READINGS_DDL], auth: false });
  });

  afterEach(() => server.close());

  it('goes on, and new ones take the column as JSON and as PROTO', async () => {
    const proto1 = parseMessage('optional int32 temp = 1;');
    const create1 = { recordType: 1, descriptorProto: proto1.descriptor };
    const json = await RawStream.open(server.endpoint, READINGS);
    const proto = await RawStream.open(server.endpoint, READINGS, { create: create1 });
    json.sendJson(0, [{ temp: 1 }]);
    await json.acknowledged(0);

    const table = await server.alterTable(
      `ALTER TABLE ${READINGS.toUpperCase()} ADD COLUMN note STRING, pos STRUCT<x: INT>`,
    );
    expect(table.columns.map(({ name }) => name)).toEqual(['device', 'temp', 'at', 'note', 'pos']);
    expect(server.tables).toEqual([table]);

    json.sendJson(1, [{ temp: 2 }]);
    proto.send({
      ingestRecord: { offsetId: 0, protoEncodedRecord: Buffer.from(proto1.type.encode({ temp: 3 }).finish()) },
    });
    await Promise.all([json.acknowledged(1), proto.acknowledged(0)]);

    const newJson = await RawStream.open(server.endpoint, READINGS);
    newJson.sendJson(0, [{ temp: 4, note: 'json', pos: { x: 1 } }]);
    const proto2 = parseMessage('optional int32 temp = 1; optional string note = 2;');
    const newProto = await RawStream.open(server.endpoint, READINGS, {
      create: { recordType: 1, descriptorProto: proto2.descriptor },
    });
    const encoded = Buffer.from(proto2.type.encode({ temp: 5, note: 'proto' }).finish());
    newProto.send({ ingestRecord: { offsetId: 0, protoEncodedRecord: encoded } });
    await Promise.all([newJson.acknowledged(0), newProto.acknowledged(0)]);
    const statuses = await Promise.all([json, proto, newJson, newProto].map((stream) => stream.close()));

    expect(statuses.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    await server.flush();
    const { rows } = await readTable(server.tablePath(READINGS), 'SELECT temp, note, pos.x FROM this ORDER BY temp');
    expect(rows).toEqual([
      [1, null, null],
      [2, null, null],
      [3, null, null],
      [4, 'json', 1],
      [5, 'proto', null],
    ]);
  });
});
