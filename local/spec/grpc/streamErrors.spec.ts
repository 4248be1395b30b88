import type { StatusObject } from '@grpc/grpc-js';
import fc from 'fast-check';
import { readTable } from '../../lib/sql/readTable.ts';
import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';
import { parseMessage } from '../support/messageDescriptor.ts';
import { RawStream } from '../support/rawStream.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';
import { errorInfoOf } from '../support/statusDetails.ts';
import { fetchToken } from '../support/tokens.ts';
import { encodeRequest } from '../support/zerobusWire.ts';

const INVALID_ARGUMENT = 3;
const NOT_FOUND = 5;
const UNIMPLEMENTED = 12;

describe('Errors of a stream', () => {
  let server: ZerobusLocal;

  beforeEach(async () => {
    server = await startZerobusLocal({ tables: [READINGS_DDL], auth: false });
  });

  afterEach(() => server.close());

  async function statusOf(first: object, table: string | undefined = READINGS): Promise<StatusObject> {
    const stream = new RawStream(server.endpoint, table === undefined ? {} : { table });
    stream.send(first);
    return stream.status;
  }

  async function statusAfter(...requests: object[]): Promise<StatusObject> {
    const stream = await RawStream.open(server.endpoint, READINGS);
    for (const request of requests) {
      stream.send(request);
    }
    return stream.status;
  }

  const batch = (offsetId: number, ...records: string[]): object => ({
    ingestRecordBatch: { offsetId, jsonBatch: { records } },
  });

  it('names the served tables if a table is unknown', async () => {
    const status = await statusOf({ createStream: { tableName: 'main.iot.nope', recordType: 2 } }, 'main.iot.nope');

    expect(status.code).toBe(NOT_FOUND);
    expect(status.details).toBe('The table main.iot.nope does not exist. This server has: main.iot.readings');
  });

  it('has messages that end without a full stop, since the official clients add one', async () => {
    const create = { createStream: { tableName: READINGS, recordType: 2 } };
    const statuses = [
      statusOf({ createStream: { tableName: 'main.iot.nope', recordType: 2 } }, 'main.iot.nope'),
      statusOf({ createStream: { tableName: 'nope', recordType: 2 } }, 'nope'),
      statusOf(create, 'main.iot.others'),
      statusOf({ createStream: { tableName: READINGS, recordType: 1 } }),
      statusOf({ createStream: { tableName: READINGS, recordType: 3 } }),
      statusOf(batch(0, '{"temp":1}')),
      statusAfter(create),
      statusAfter({}),
      statusAfter(batch(7, '{"temp":1}')),
      statusAfter(batch(0, '{"temp":"x"}')),
      statusAfter(batch(0, '{"temp":')),
      statusAfter({ ingestRecord: { offsetId: 0 } }),
    ];
    const refused = await Promise.all(statuses);
    server.faults.refuseStreams({ code: INVALID_ARGUMENT, times: 1 });
    for (const { code, details } of [...refused, await statusOf(create)]) {
      expect(code).not.toBe(0);
      expect(details).toMatch(/[^.]$/);
    }
    // A fault says exactly what the spec of a client wants.
    server.faults.refuseStreams({ code: INVALID_ARGUMENT, message: 'Refused.', times: 1 });
    expect((await statusOf(create)).details).toBe('Refused.');
    const open = await RawStream.open(server.endpoint, READINGS);
    await server.close();
    expect((await open.status).details).toMatch(/shutting down.*[^.]$/);
  });

  for (const name of [
    '',
    'readings',
    'iot.readings',
    'a.b.c.d',
    'main.iot.read-ings',
    'main..readings',
    'main.iot.größe',
  ]) {
    it(`refuses the malformed table name ${JSON.stringify(name)}`, async () => {
      const status = await statusOf({ createStream: { tableName: name, recordType: 2 } });

      expect(status.code).toBe(INVALID_ARGUMENT);
      expect(status.details).toContain(`The table name ${JSON.stringify(name)} is malformed`);
    });
  }

  it('refuses a missing header, and one that names another table than create_stream', async () => {
    const create = { createStream: { tableName: READINGS, recordType: 2 } };
    await using checked = await startZerobusLocal({ tables: [READINGS_DDL] });
    const token = await fetchToken(checked, READINGS);
    const [other, none] = await Promise.all([
      statusOf(create, 'main.iot.others'),
      new Promise<StatusObject>((resolve) => {
        const stream = new RawStream(checked.endpoint, { token });
        stream.send(create);
        void stream.status.then(resolve);
      }),
    ]);

    expect([other.code, none.code]).toEqual([INVALID_ARGUMENT, INVALID_ARGUMENT]);
    expect(other.details).toContain('is "main.iot.others", create_stream asks for "main.iot.readings"');
    expect(none.details).toContain('is missing');
  });

  it('takes a client that sends no header at all if no token is required', async () => {
    const stream = new RawStream(server.endpoint);
    stream.send({ createStream: { tableName: READINGS, recordType: 2 } });
    stream.sendJson(0, [{ temp: 1 }]);

    expect(await stream.acknowledged(0)).toEqual([0]);
    expect((await stream.close()).code).toBe(0);
  });

  it('refuses unsupported record types', async () => {
    const unspecified = await statusOf({ createStream: { tableName: READINGS, recordType: 0 } });
    const avro = await statusOf({ createStream: { tableName: READINGS, recordType: 4 } });
    const proto = await statusOf({ createStream: { tableName: READINGS } });

    expect([unspecified.code, avro.code, proto.code]).toEqual([INVALID_ARGUMENT, UNIMPLEMENTED, INVALID_ARGUMENT]);
    expect(proto.details).toContain('needs descriptor_proto');
  });

  it('requires create_stream exactly once, as the first request', async () => {
    const ingestFirst = await statusOf(batch(0, '{"temp":1}'));
    const twice = await statusAfter({ createStream: { tableName: READINGS, recordType: 2 } });
    const empty = await statusAfter({});
    const nothing = await new RawStream(server.endpoint, { table: READINGS }).close();

    expect([ingestFirst, twice, empty, nothing].map(({ code }) => code)).toEqual([3, 3, 3, 3]);
    expect(ingestFirst.details).toContain('must be create_stream');
    expect(twice.details).toContain('sent twice');
    expect(nothing.details).toContain('ended before create_stream');
  });

  for (const [what, offsets, wrong] of [
    ['a gap', [0, 2], '2'],
    ['a repetition', [0, 0], '0'],
    ['a start that is not 0', [5], '5'],
    ['a negative offset', [-1], '-1'],
  ] as const) {
    it(`refuses ${what} in the offsets, after acknowledging what came before`, async () => {
      const stream = await RawStream.open(server.endpoint, READINGS);
      for (const offset of offsets) {
        stream.sendJson(offset, [{ temp: 1 }]);
      }
      const status = await stream.status;

      expect(status.code).toBe(INVALID_ARGUMENT);
      expect(status.details).toBe(
        `Received a non-incremental offset: expected ${offsets.length - 1}, got ${wrong}. Error Code: 4002`,
      );
      expect(stream.acks).toEqual(offsets.length > 1 ? [0] : []);
    });
  }

  it('refuses a request without an offset, without records, or with records of another type', async () => {
    const statuses = [
      await statusAfter({ ingestRecord: { jsonRecord: '{"temp":1}' } }),
      await statusAfter({ ingestRecord: { offsetId: 0 } }),
      await statusAfter(batch(0)),
      await statusAfter({ ingestRecord: { offsetId: 0, protoEncodedRecord: Buffer.from([8, 1]) } }),
      await statusAfter({ ingestRecordBatch: { offsetId: 0, protoEncodedBatch: { records: [Buffer.from([8, 1])] } } }),
    ];

    expect(statuses.map(({ code }) => code)).toEqual([3, 3, 3, 3, 3]);
    expect(statuses[0]?.details).toContain('got none');
    expect(statuses[3]?.details).toContain('created for JSON records, but offset 0 has PROTO records');
  });

  it('refuses a record of more than 10 MiB, and records of more than 10 MiB together', async () => {
    const half = JSON.stringify({ temp: 1, device: 'x'.repeat(6 * 1024 * 1024) });
    const one = await statusAfter(batch(0, '{"temp":1}', JSON.stringify({ temp: 1, device: 'x'.repeat(10_485_760) })));
    const together = await statusAfter(batch(0, half, half));

    expect([one.code, together.code]).toEqual([INVALID_ARGUMENT, INVALID_ARGUMENT]);
    expect(one.details).toContain('records[1] of offset 0 has 10485782 bytes, the limit is 10485760');
    expect(together.details).toContain('the limit of a request is 10485760');
  });

  it('refuses a whole batch for one bad record, and acknowledges what came before it', async () => {
    const stream = await RawStream.open(server.endpoint, READINGS);
    stream.sendJson(0, [{ temp: 1 }]);
    stream.sendJson(1, [{ temp: 2 }]);
    stream.sendJson(2, [{ temp: 3 }, { temp: '4' }, { temp: 5 }]);
    stream.sendJson(3, [{ temp: 6 }]);
    const status = await stream.status;
    await server.flush();

    expect(status.code).toBe(INVALID_ARGUMENT);
    expect(status.details).toBe(
      'Schema validation failed: records[1].temp: expected INT, got string. Error Code: 8001',
    );
    expect(errorInfoOf(status)).toEqual({
      reason: 'SCHEMA_VALIDATION_FAILED',
      domain: 'zerobus.databricks.com',
      metadata: { causes: 'TYPE_INCOMPATIBLE', error_code: '8001' },
    });
    expect(stream.acks.at(-1)).toBe(1);
    const { rows } = await readTable(server.tablePath(READINGS), 'SELECT temp FROM this ORDER BY temp');
    expect(rows).toEqual([[1], [2]]);
  });

  it('names the cause of an unknown column and of a missing NOT NULL column', async () => {
    const unknown = await statusAfter(batch(0, '{"temp":1,"tmp":2}'));
    const missing = await statusAfter(batch(0, '{"device":"a"}'));

    expect(errorInfoOf(unknown)?.metadata['causes']).toBe('FIELD_NOT_IN_TABLE');
    expect(unknown.details).toContain('records[0]: the table has no column "tmp"');
    expect(errorInfoOf(missing)?.metadata['causes']).toBe('MISSING_REQUIRED_COLUMN');
    expect(missing.details).toContain('records[0].temp: is NOT NULL');
  });

  it('reports text that is not JSON as malformed, without a schema error', async () => {
    const status = await statusAfter(batch(0, '{"temp":1}', '{"temp":'));

    expect(status.code).toBe(INVALID_ARGUMENT);
    expect(status.details).toContain('records[1]: not valid JSON');
    expect(errorInfoOf(status)).toBeUndefined();
  });

  it('survives messages that quote half a character, or that are too long for a header', async () => {
    const statuses: StatusObject[] = [];
    for (let shift = 0; shift < 4; shift++) {
      const text = `${'x'.repeat(shift)}${'😀'.repeat(60)}`;
      statuses.push(
        await statusAfter(batch(0, text)),
        await statusAfter(batch(0, JSON.stringify({ temp: 1, [text]: 1 }))),
      );
      statuses.push(
        await statusAfter(batch(0, `{"temp":1} ${text}`)),
        await statusAfter(batch(0, `{"device":"${text}`)),
      );
    }
    const fields = Array.from(
      { length: 1000 },
      (_, index) => `optional int32 column_that_is_not_there_${index} = ${index + 1};`,
    );
    const { descriptor } = parseMessage(fields.join(' '));
    const create = { createStream: { tableName: READINGS, recordType: 1, descriptorProto: descriptor } };
    const long = await statusOf(create);

    expect(statuses.map(({ code }) => code)).toEqual(statuses.map(() => INVALID_ARGUMENT));
    expect(long.code).toBe(INVALID_ARGUMENT);
    expect(long.details.length).toBeLessThan(1100);
    expect(errorInfoOf(long)?.metadata['causes']).toBe('MISSING_REQUIRED_COLUMN,FIELD_NOT_IN_TABLE');
  });

  it('answers bytes that are not a message with INVALID_ARGUMENT, and serves other streams', async () => {
    const valid = encodeRequest(batch(0, '{"temp":1}'));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ minLength: 1, maxLength: 40 }),
          fc.integer({ min: 1, max: valid.length - 1 }).map((length) => valid.subarray(0, length)),
        ),
        async (bytes) => {
          const stream = await RawStream.open(server.endpoint, READINGS);
          stream.sendBytes(Buffer.from(bytes));
          const status = await stream.close();
          expect([0, INVALID_ARGUMENT]).toContain(status.code);
        },
      ),
      { numRuns: 40 },
    );
    const stream = await RawStream.open(server.endpoint, READINGS);
    stream.sendJson(0, [{ temp: 1 }]);

    expect(await stream.acknowledged(0)).toEqual([0]);
    await stream.close();
  });

  it('has no other method', async () => {
    const status = await new Promise<StatusObject>((resolve) => {
      const stream = new RawStream(server.endpoint, { path: '/databricks.zerobus.Zerobus/PersistentStream' });
      void stream.status.then(resolve);
    });

    expect(status.code).toBe(UNIMPLEMENTED);
  });
});
