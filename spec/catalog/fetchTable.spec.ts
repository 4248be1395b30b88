import { EventEmitter, getEventListeners, once } from 'node:events';
import { inspect } from 'node:util';
import { startZerobusLocal } from 'zerobus-local';
import { type FetchTableOptions, fetchTable } from '../../lib/catalog/fetchTable.ts';
import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { encodeRow } from '../../lib/rows/encodeRow.ts';
import { startServer } from '../support/startServer.ts';
import { reply, startTokenEndpoint, type TokenEndpoint } from '../support/tokenEndpoint.ts';

const credentials = { clientId: 'my-client', clientSecret: 'hush' };
const orders = {
  columns: [
    {
      name: 'id',
      type_json: '{"name":"id","type":"long","nullable":false,"metadata":{}}',
      position: 0,
      nullable: false,
    },
    { name: 'tags', type_json: '{"type":"array","elementType":"string","containsNull":true}', position: 4 },
  ],
};

/** Starts a workspace that answers with a token, then with the given status and body. */
function startWorkspace(status: number, body: unknown): Promise<TokenEndpoint> {
  return startTokenEndpoint((response, count) =>
    count % 2 === 1 ? reply(response, 200, { access_token: 'tok3n', expires_in: 3600 }) : reply(response, status, body),
  );
}

/**
 * Returns the error of a fetch. It must be a ZerobusError, and its printed forms must not contain a secret or a token.
 */
async function failureOf(
  workspace: string,
  table = 'main.sales.orders',
  options: FetchTableOptions = {},
): Promise<ZerobusError> {
  const error: unknown = await fetchTable(workspace, table, { ...credentials, ...options }).then(
    () => fail('expected an error'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ZerobusError)) {
    throw error;
  }
  const printed = [inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error), String(error), error.stack];
  for (const secret of ['hush', 'tok3n', Buffer.from('my-client:hush').toString('base64')]) {
    expect(printed.join('\n')).not.toContain(secret);
  }
  return error;
}

describe('fetchTable', () => {
  it('fetches_descriptor_and_sends_expected_requests', async () => {
    await using workspace = await startWorkspace(200, orders);
    const definition = await fetchTable(workspace.workspaceUrl, 'main.sales.orders', credentials);
    expect(workspace.requests.map(({ line }) => line)).toEqual([
      'POST /oidc/v1/token HTTP/1.1',
      'GET /api/2.1/unity-catalog/tables/main.sales.orders HTTP/1.1',
    ]);
    const [token, table] = workspace.requests;
    expect(token?.headers.authorization).toBe(`Basic ${Buffer.from('my-client:hush').toString('base64')}`);
    expect(token?.body).toBe('grant_type=client_credentials&scope=all-apis');
    expect(table?.headers.authorization).toBe('Bearer tok3n');
    expect(table?.headers.accept).toBe('application/json');
    expect(definition.message.name).toBe('SalesOrders');
    expect(definition.message.fields.map(({ name, number, label }) => [name, number, label])).toEqual([
      ['id', 1, 'required'],
      ['tags', 5, 'repeated'],
    ]);
    expect(definition.descriptor.length).toBeGreaterThan(0);
  });

  it('demands no value of a column that the table computes', async () => {
    const { server } = await startServer({
      auth: credentials,
      tables: [
        `CREATE TABLE main.sales.orders (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at TIMESTAMP NOT NULL,
          day DATE NOT NULL GENERATED ALWAYS AS (CAST(at AS DATE)))`,
      ],
    });
    try {
      const definition = await fetchTable(server.workspaceUrl, 'main.sales.orders', credentials);
      expect(definition.message.fields.map(({ name, label }) => [name, label])).toEqual([
        ['id', 'optional'],
        ['at', 'required'],
        ['day', 'optional'],
      ]);
    } finally {
      await server.close();
    }
  });

  it('schema_request_failure_is_schema_fetch_error', async () => {
    await using workspace = await startWorkspace(500, { error_code: 'INTERNAL_ERROR', message: 'tok3n and\nhush' });
    const error = await failureOf(workspace.workspaceUrl);
    expect([error.code, error.isRetryable]).toEqual(['SCHEMA_FETCH_FAILED', true]);
    expect(error.message).toBe(
      `Fetching the schema of main.sales.orders from ${workspace.workspaceUrl} failed (HTTP 500): INTERNAL_ERROR: [secret] and [secret]. Try again later.`,
    );
  });

  it('invalid_table_name_fails_before_any_request', async () => {
    await using workspace = await startWorkspace(200, orders);
    for (const name of ['orders', 'main..orders', 'main.sales.orders/../../secrets']) {
      expect((await failureOf(workspace.workspaceUrl, name)).code).toBe('INVALID_TABLE_NAME');
    }
    expect(workspace.requests).toHaveSize(0);
  });

  const answers: readonly (readonly [number, unknown, string, boolean, RegExp])[] = [
    [
      401,
      { error_code: 'UNAUTHENTICATED', message: 'no' },
      'INVALID_CREDENTIALS',
      false,
      /refused its own token \(HTTP 401\): UNAUTH/,
    ],
    [
      403,
      { error_code: 'PERMISSION_DENIED' },
      'PERMISSION_DENIED',
      false,
      /Grant it USE CATALOG, USE SCHEMA and SELECT\.$/,
    ],
    [
      404,
      { error_code: 'TABLE_DOES_NOT_EXIST' },
      'NOT_FOUND',
      false,
      /has no table main\.sales\.orders .*TABLE_DOES_NOT_EXIST\. Check the name and the grants\.$/,
    ],
    ...[401, 403, 404].map((status): [number, unknown, string, boolean, RegExp] => [
      status,
      '<html>hush</html>',
      'SCHEMA_FETCH_FAILED',
      true,
      new RegExp(
        `with HTTP ${status} [A-Z][A-Za-z ]+ and an HTML page\\. This is not an answer of a workspace, .* updated\\.$`,
      ),
    ]),
    [400, 'bad', 'SCHEMA_FETCH_FAILED', false, /failed \(HTTP 400\)\. Check workspaceUrl and the name of the table\.$/],
    [429, '', 'SCHEMA_FETCH_FAILED', true, /failed \(HTTP 429\)\. Try again later\.$/],
    [503, '<html>', 'SCHEMA_FETCH_FAILED', true, /failed \(HTTP 503\)\. Try again later\.$/],
    [
      200,
      '<html>sign in</html>',
      'SCHEMA_FETCH_FAILED',
      true,
      /with something else \(HTTP 200\)\. Check that workspaceUrl is the address of a workspace\.$/,
    ],
    [200, '[]', 'SCHEMA_FETCH_FAILED', true, /with something else/],
    [302, '', 'INVALID_ENDPOINT', false, /The token is not sent elsewhere\./],
    [
      200,
      { columns: [{ name: 'x', type_text: 'interval day' }] },
      'INVALID_SCHEMA',
      false,
      /column x: the type interval day/,
    ],
  ];
  for (const [status, body, code, isRetryable, message] of answers) {
    it(`rejects with ${code} for HTTP ${status} with ${JSON.stringify(body)}`, async () => {
      await using workspace = await startWorkspace(status, body);
      const error = await failureOf(workspace.workspaceUrl);
      expect([error.code, error.isRetryable]).toEqual([code as ZerobusError['code'], isRetryable]);
      expect(error.message).toMatch(message);
    });
  }

  for (const status of [429, 503]) {
    it(`passes on the wait that the workspace asks for with HTTP ${status}`, async () => {
      await using workspace = await startTokenEndpoint((response, count) => {
        if (count !== 2) {
          response.setHeader('retry-after', '7');
        }
        return count === 1
          ? reply(response, status, '')
          : count === 2
            ? reply(response, 200, { access_token: 'tok3n' })
            : reply(response, status, '');
      });
      for (const code of ['TOKEN_FETCH_FAILED', 'SCHEMA_FETCH_FAILED'] as const) {
        const error = await failureOf(workspace.workspaceUrl);
        expect([error.code, error.isRetryable, error.retryAfterMs]).toEqual([code, true, 7000]);
        expect(error.message).toContain('Try again in 7 s.');
      }
    });
  }

  it('reports wrong credentials', async () => {
    await using workspace = await startTokenEndpoint((response) => reply(response, 401, { error: 'invalid_client' }));
    const error = await failureOf(workspace.workspaceUrl);
    expect([error.code, error.isRetryable]).toEqual(['INVALID_CREDENTIALS', false]);
    expect(error.message).toBe(
      `${workspace.workspaceUrl} refused a token for Unity Catalog (HTTP 401): invalid_client. Check workspaceUrl, clientId and clientSecret.`,
    );
  });

  it('gives up after timeoutMs and closes the connection', async () => {
    const asked = new EventEmitter();
    const firstRequest = once(asked, 'request');
    await using workspace = await startTokenEndpoint(() => asked.emit('request'));
    const failure = failureOf(workspace.workspaceUrl, 'main.sales.orders', { timeoutMs: 500 });
    await firstRequest;
    const error = await failure;
    expect([error.code, error.isRetryable]).toEqual(['SCHEMA_FETCH_FAILED', true]);
    expect(error.message).toContain('within 500 ms');
    await workspace.hungUp;
  });

  it('closes the connection when its signal aborts, and requests nothing if it has already', async () => {
    const controller = new AbortController();
    const reason = new Error('shut down');
    await using workspace = await startTokenEndpoint(() => controller.abort(reason));
    const fetched = (signal: AbortSignal): Promise<unknown> =>
      fetchTable(workspace.workspaceUrl, 'a.b.c', { ...credentials, signal }).catch((error: unknown) => error);
    expect(await fetched(controller.signal)).toBe(reason);
    await workspace.hungUp;
    expect(await fetched(controller.signal)).toBe(reason);
    expect(workspace.requests).toHaveSize(1);
    expect(getEventListeners(controller.signal, 'abort')).toHaveSize(0);
  });

  it('takes the columns that were asked for', async () => {
    await using workspace = await startWorkspace(200, orders);
    const fetched = await fetchTable(workspace.workspaceUrl, 'a.b.c', { ...credentials, columns: ['ID'] });
    expect(fetched.columns.map(({ name }) => name)).toEqual(['id']);
    const columns = 'id' as unknown as string[];
    expect((await failureOf(workspace.workspaceUrl, 'a.b.c', { columns })).message).toBe(
      'columns must be an array of names.',
    );
  });

  it('calls a view without columns a view', async () => {
    await using workspace = await startWorkspace(200, { table_type: 'VIEW' });
    expect((await failureOf(workspace.workspaceUrl)).message).toContain('it is a VIEW');
  });

  it('refuses invalid options before any request', async () => {
    for (const timeoutMs of [0, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect((await failureOf('http://127.0.0.1:9', 'a.b.c', { timeoutMs })).code).toBe('INVALID_OPTIONS');
    }
    expect((await failureOf('ftp://127.0.0.1', 'a.b.c')).code).toBe('INVALID_ENDPOINT');
    const missing = await failureOf('http://127.0.0.1:9', 'a.b.c', { clientId: '' });
    expect(missing.message).toBe(
      'Missing connection options: clientId (or the environment variable DATABRICKS_CLIENT_ID).',
    );
  });

  it('fetches the declared columns from zerobus-local', async () => {
    await using server = await startZerobusLocal({
      tables: [
        'CREATE TABLE main.iot.readings (device STRING, temp INT NOT NULL, tags ARRAY<STRING>, limits MAP<STRING, DECIMAL(5,2)>)',
      ],
      auth: credentials,
    });
    const definition = await fetchTable(server, 'main.iot.readings', credentials);
    expect(definition.columns).toEqual([
      { name: 'device', type: { kind: 'string' }, isNullable: true, fieldNumber: 1 },
      { name: 'temp', type: { kind: 'int' }, isNullable: false, fieldNumber: 2 },
      { name: 'tags', type: { kind: 'array', element: { kind: 'string' } }, isNullable: true, fieldNumber: 3 },
      {
        name: 'limits',
        type: { kind: 'map', key: { kind: 'string' }, value: { kind: 'decimal', precision: 5, scale: 2 } },
        isNullable: true,
        fieldNumber: 4,
      },
    ]);
    expect(encodeRow(definition, { temp: 1 })).toEqual(Uint8Array.of(0x10, 1));
    const missing = await failureOf(server.workspaceUrl, 'main.iot.other');
    expect([missing.code, missing.isRetryable]).toEqual(['NOT_FOUND', false]);
    expect((await failureOf(server.workspaceUrl, 'main.iot.readings', { clientSecret: 'wrong' })).code).toBe(
      'INVALID_CREDENTIALS',
    );
  });
});
