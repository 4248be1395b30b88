import { readTable } from '../../lib/sql/readTable.ts';
import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';
import { insert, type RestRequest } from '../support/rest.ts';
import { fetchToken } from '../support/tokens.ts';

const EXACT = 'main.iot.exact';
const LIMIT = 10_485_760;

describe('POST /zerobus/v1/tables/{name}/insert', () => {
  let server: ZerobusLocal;

  beforeEach(async () => {
    server = await startZerobusLocal({
      tables: [READINGS_DDL, `CREATE TABLE ${EXACT} (n BIGINT, v VARIANT, d DOUBLE)`],
      auth: false,
    });
  });

  afterEach(() => server.close());

  async function rowsOf(table: string, query: string): Promise<readonly (readonly unknown[])[]> {
    await server.flush();
    return (await readTable(server.tablePath(table), query)).rows;
  }

  async function temps(): Promise<unknown[]> {
    return (await rowsOf(READINGS, 'SELECT temp FROM this ORDER BY temp')).map(([temp]) => temp);
  }

  /** Expects a refusal, and that no row is stored. */
  async function refusal(body: unknown, request: RestRequest = {}, table = READINGS): Promise<string> {
    const answer = await insert(server, table, body, request);
    const { status, body: error } = answer;

    expect(server.counters(READINGS).acceptedRows).withContext('accepted rows').toBe(0);
    expect(answer.headers.get('content-type')).toContain('application/json');
    return `${status} ${error.error_code}: ${error.message}`;
  }

  it('stores an array of records, and answers {} when they are on the disk', async () => {
    const answer = await insert(server, READINGS, [{ device: 'ü', temp: 1, at: 1 }, { temp: 2 }]);

    expect([answer.status, answer.body]).toEqual([200, {}]);
    expect(server.counters(READINGS).acceptedRows).toBe(2);
    expect(await rowsOf(READINGS, 'SELECT device, temp, epoch_us("at") FROM this ORDER BY temp')).toEqual([
      ['ü', 1, '1'],
      [null, 2, null],
    ]);
  });

  it('stores a bare object', async () => {
    expect((await insert(server, READINGS, { temp: 1 })).status).toBe(200);
    expect(await temps()).toEqual([1]);
  });

  it('keeps the order of requests that follow each other', async () => {
    for (let temp = 0; temp < 50; temp += 2) {
      await insert(server, READINGS, [{ temp }, { temp: temp + 1 }]);
    }

    expect((await rowsOf(READINGS, 'SELECT temp FROM this')).map(([temp]) => temp)).toEqual(
      Array.from({ length: 50 }, (_, temp) => temp),
    );
  });

  it('keeps every digit', async () => {
    const variant = `"${'9'.repeat(38)}"`;
    await insert(server, EXACT, `[{"n":9223372036854775807,"v":${variant},"d":1.7976931348623157e308}]`);

    expect(await rowsOf(EXACT, 'SELECT n, v::VARCHAR, d FROM this')).toEqual([
      ['9223372036854775807', '9'.repeat(38), 1.7976931348623157e308],
    ]);
  });

  it('stores all records of a request or none, and names the first that does not fit', async () => {
    expect(await refusal([{ temp: 1 }, { temp: 2 }, { temp: '3' }, { temp: 4 }])).toBe(
      '400 INVALID_PARAMETER_VALUE: Schema validation failed: records[2].temp: expected INT, got string. Error Code: 8001',
    );
    expect(await temps()).toEqual([]);
  });

  it('refuses records that the table can not take', async () => {
    expect(await refusal([{ device: 'a' }])).toContain('records[0].temp: is NOT NULL in the table');
    expect(await refusal([{ temp: 1, extra: 1 }])).toContain('records[0]: the table has no column "extra"');
    expect(await refusal('[{"temp":1,"temp":2}]')).toContain('the key "temp" appears twice');
    expect(await refusal('[{"temp":2147483648}]')).toContain('2147483648 is out of the range of INT');
    expect(await refusal([{ temp: 1 }, 2])).toContain('records[1]: expected STRUCT as an object, got number');
    expect(await refusal([[{ temp: 1 }]])).toContain('records[0]: expected STRUCT as an object, got array');
    expect(await refusal(`[${'['.repeat(1e5)}${']'.repeat(1e5)}]`)).toContain(
      'records[0]: expected STRUCT as an object, got array',
    );
    expect(await refusal(`[{"temp":1,"device":${'{"a":'.repeat(1e5)}1${'}'.repeat(1e5)}}]`)).toContain(
      'records[0].device: expected STRING, got object',
    );
  });

  it('refuses bodies that are not JSON', async () => {
    const invalid = '400 INVALID_PARAMETER_VALUE: ';
    expect(await refusal('')).toBe(`${invalid}The body is empty. Send a JSON array of records.`);
    expect(await refusal('[]')).toBe(`${invalid}The body has no records. Send at least one.`);
    expect(await refusal('\ufeff[{"temp":1}]')).toContain('begins with a byte order mark');
    expect(await refusal('{"temp":1}\n{"temp":2}')).toContain(`${invalid}records[0]: not valid JSON: `);
    expect(await refusal('[{"temp":1},{"temp":2}')).toContain('The JSON array does not end. Send all of it.');
    expect(await refusal('[{"temp":1},]')).toContain('records[1]: not valid JSON');
    expect(await refusal("[{'temp':1}]")).toContain('records[0]: not valid JSON');
    expect(await refusal(Buffer.from('5b7b2274656d70223a312c22646576696365223a22ff227d5d', 'hex'))).toContain(
      'records[0]: not valid UTF-8',
    );
    expect(await refusal(Buffer.from('[{"temp":1}]', 'utf16le'))).toContain(invalid);
  });

  it('requires the content type of JSON', async () => {
    const of = (type: string | undefined, more = {}) => refusal('[]', { headers: { 'content-type': type, ...more } });
    const other = '400 INVALID_PARAMETER_VALUE: The Content-Type is';
    const remedy = 'Send application/json in UTF-8.';
    expect(await of('text/plain')).toBe(`${other} "text/plain". ${remedy}`);
    expect(await of('application/x-ndjson')).toBe(`${other} "application/x-ndjson". ${remedy}`);
    expect(await of('application/json; charset=latin1')).toBe(`${other} "application/json; charset=latin1". ${remedy}`);
    const { status, body } = await insert(server, READINGS, Buffer.from('[]'), {
      headers: { 'content-type': undefined },
    });
    expect([status, body.message]).toEqual([400, `The Content-Type is missing. ${remedy}`]);
    expect(await of('application/json', { 'content-encoding': 'gzip' })).toBe(
      '400 INVALID_PARAMETER_VALUE: The Content-Encoding is "gzip". Send the body without compression.',
    );
  });

  for (const type of ['application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"', 'application/json;v=1']) {
    it(`takes ${type}`, async () => {
      const answer = await insert(server, READINGS, [{ temp: 1 }], { headers: { 'content-type': type } });

      expect(answer.status).toBe(200);
    });
  }

  it('takes names that are percent-encoded or in another case', async () => {
    const encoded = 'main%2eiot%2Ereading%73';
    expect((await insert(server, encoded, [{ temp: 1 }])).status).toBe(200);
    expect((await insert(server, 'MAIN.IoT.Readings', [{ temp: 2 }])).status).toBe(200);
    expect(await temps()).toEqual([1, 2]);
  });

  it('refuses names that are malformed or unknown', async () => {
    const malformed = /^400 INVALID_PARAMETER_VALUE: The table name ".*" is malformed\./;
    for (const name of ['readings', 'main.iot.a.b', 'main.iot.r%20', '%zz', 'main.iot.%C3%BC', 'a%2fb.c.d']) {
      expect(await refusal([{ temp: 1 }], {}, name)).toMatch(malformed);
    }
    expect(await refusal([{ temp: 1 }], {}, 'main.iot.nope')).toBe(
      `404 NOT_FOUND: The table main.iot.nope does not exist. This server has: ${READINGS}, ${EXACT}.`,
    );
  });

  it('takes the headers that Debezium sends, if they name the same table', async () => {
    const name = 'x-databricks-zerobus-table-name';
    const headers = { 'unity-catalog-endpoint': server.workspaceUrl };
    const same = await insert(server, READINGS, { temp: 1 }, { headers: { ...headers, [name]: 'main.iot.READINGS' } });
    expect(same.status).toBe(200);
    const { status, body } = await insert(server, READINGS, { temp: 2 }, { headers: { [name]: EXACT } });
    expect([status, body.message]).toEqual([
      400,
      `The header ${name} is "${EXACT}", the URL names "${READINGS}". Both must name the same table.`,
    ]);
    expect(await temps()).toEqual([1]);
  });

  it('takes a record of the maximum size, and no larger one', async () => {
    const frame = JSON.stringify({ temp: 1, device: '' });
    const sized = (bytes: number) => `[${JSON.stringify({ temp: 1, device: 'x'.repeat(bytes - frame.length) })}]`;
    expect(await refusal(sized(LIMIT + 1))).toBe(
      `400 INVALID_PARAMETER_VALUE: records[0] of the request has ${LIMIT + 1} bytes, the limit is ${LIMIT}. Split it into smaller records.`,
    );
    expect(await refusal(`[${Array(11).fill(sized(1_000_000).slice(1, -1)).join()}]`)).toBe(
      `400 INVALID_PARAMETER_VALUE: The records of the request have 11000000 bytes, the limit of a request is ${LIMIT}. Send smaller batches.`,
    );
    expect((await insert(server, READINGS, sized(LIMIT))).status).toBe(200);
  });

  it('answers other methods with 405 and the allowed one', async () => {
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const { status, headers, body } = await insert(server, READINGS, '[]', { method });

      expect([status, headers.get('allow')])
        .withContext(method)
        .toEqual([405, 'POST']);
      expect(body.error_code)
        .withContext(method)
        .toBe(method === 'HEAD' ? undefined : 'METHOD_NOT_ALLOWED');
    }
  });

  it('counts requests, records and answers', async () => {
    await insert(server, READINGS, [{ temp: 1 }, { temp: 2 }]);
    await insert(server, READINGS, [{}]);

    expect(server.activity.counters).toEqual(
      jasmine.objectContaining({ requestsReceived: 2, recordsAccepted: 2, acksSent: 1, streamsOpened: 0 }),
    );
  });

  it('requires a token for the table', async () => {
    const strict = await startZerobusLocal({ tables: [READINGS_DDL, `CREATE TABLE ${EXACT} (temp INT)`] });
    try {
      const answers = [];
      for (const token of [
        undefined,
        'made-up',
        await fetchToken(strict),
        await fetchToken(strict, EXACT),
        await fetchToken(strict, READINGS),
      ]) {
        const { status, body, headers } = await insert(strict, READINGS, [{ temp: 1 }], { token });
        answers.push([status, body.error_code, headers.get('www-authenticate')]);
      }
      strict.faults.issueDeadTokens({ times: 1 });
      const expired = await insert(strict, READINGS, [{ temp: 1 }], { token: await fetchToken(strict, READINGS) });

      expect(answers).toEqual([
        [401, 'UNAUTHENTICATED', 'Bearer'],
        [401, 'UNAUTHENTICATED', 'Bearer'],
        [403, 'PERMISSION_DENIED', null],
        [403, 'PERMISSION_DENIED', null],
        [200, undefined, null],
      ]);
      expect([expired.status, expired.body.error_code]).toEqual([401, 'UNAUTHENTICATED']);
      expect(strict.counters(READINGS).acceptedRows).toBe(1);
    } finally {
      await strict.close();
    }
  });
});
