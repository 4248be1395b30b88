import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';
import { RawStream } from '../support/rawStream.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';
import { authorizationDetails, fetchToken, requestToken, type TokenRequest } from '../support/tokens.ts';

/** A request whose entry for the catalog (0), the schema (1) or the table (2) is changed. */
function changedDetail(index: number, change: object): TokenRequest {
  const details = authorizationDetails(READINGS).map((entry, i) => (i === index ? { ...entry, ...change } : entry));
  return { table: READINGS, form: { authorization_details: JSON.stringify(details) } };
}

const UNAUTHENTICATED = 16;
const PERMISSION_DENIED = 7;

async function errorOf(response: Response): Promise<string> {
  const { error } = (await response.json()) as { error: string };
  return `${response.status} ${error}`;
}

describe('POST /oidc/v1/token', () => {
  let server: ZerobusLocal;

  beforeEach(async () => {
    server = await startZerobusLocal({ tables: [READINGS_DDL, 'CREATE TABLE main.iot.others (a INT)'] });
  });

  afterEach(() => server.close());

  async function streamStatus(token: string | undefined): Promise<{ code: number; details: string }> {
    const stream = new RawStream(server.endpoint, { table: READINGS, ...(token === undefined ? {} : { token }) });
    stream.send({ createStream: { tableName: READINGS, recordType: 2 } });
    stream.call.on('data', () => stream.call.end());
    return stream.status;
  }

  it('issues a token that opens streams into its table only', async () => {
    const response = await requestToken(server, { table: READINGS });
    const token = (await response.json()) as Record<string, unknown>;
    const other = await fetchToken(server, 'main.iot.others');

    expect(response.status).toBe(200);
    expect(token).toEqual({
      access_token: jasmine.any(String),
      token_type: 'Bearer',
      scope: 'all-apis',
      expires_in: 3600,
    });
    expect((await streamStatus(token['access_token'] as string)).code).toBe(0);
    const denied = await streamStatus(other);
    expect(denied.code).toBe(PERMISSION_DENIED);
    expect(denied.details).toContain('4024');
    expect(denied.details).not.toContain(other);
  });

  it('issues a token for Unity Catalog only if there is no resource', async () => {
    const denied = await streamStatus(await fetchToken(server));

    expect(denied.code).toBe(PERMISSION_DENIED);
    expect(denied.details).toContain('Unity Catalog only');
  });

  it('refuses streams without a token, with a made-up token, or with another scheme', async () => {
    const stream = new RawStream(server.endpoint, { table: READINGS, headers: { authorization: 'Basic Zm9v' } });
    stream.send({ createStream: { tableName: READINGS, recordType: 2 } });
    const statuses = [await streamStatus(undefined), await streamStatus('made-up'), await stream.status];

    expect(statuses.map(({ code }) => code)).toEqual([UNAUTHENTICATED, UNAUTHENTICATED, UNAUTHENTICATED]);
    expect(statuses[1]?.details).not.toContain('made-up');
  });

  for (const [what, request, expected] of [
    ['no credentials', { credentials: undefined }, '401 invalid_client'],
    ['an empty secret', { credentials: 'client:' }, '401 invalid_client'],
    ['an empty client id', { credentials: ':secret' }, '401 invalid_client'],
    ['another grant type', { form: { grant_type: 'password' } }, '400 unsupported_grant_type'],
    ['another scope', { form: { scope: 'sql' } }, '400 invalid_scope'],
    [
      'another resource',
      { table: READINGS, form: { resource: 'api://databricks/workspaces/1/other' } },
      '400 invalid_request',
    ],
    [
      'no authorization details',
      { table: READINGS, form: { authorization_details: undefined } },
      '400 invalid_request',
    ],
    [
      'authorization details that are not JSON',
      { table: READINGS, form: { authorization_details: '[' } },
      '400 invalid_authorization_details',
    ],
    [
      'authorization details that are not an array',
      { table: READINGS, form: { authorization_details: '{}' } },
      '400 invalid_authorization_details',
    ],
    [
      'an entry that is null',
      { table: READINGS, form: { authorization_details: '[null]' } },
      '400 invalid_authorization_details',
    ],
    [
      'no table',
      { table: READINGS, form: { authorization_details: JSON.stringify(authorizationDetails(READINGS).slice(0, 2)) } },
      '400 invalid_authorization_details',
    ],
    [
      'a table without its schema',
      changedDetail(2, { object_full_path: 'readings' }),
      '400 invalid_authorization_details',
    ],
    ['an unknown type of object', changedDetail(1, { object_type: 'SCHEME' }), '400 invalid_authorization_details'],
    ['another type of entry', changedDetail(0, { type: 'openid' }), '400 invalid_authorization_details'],
    [
      'a privilege with an underscore',
      changedDetail(0, { privileges: ['USE_CATALOG'] }),
      '400 invalid_authorization_details',
    ],
    [
      'a privilege that does not exist',
      changedDetail(2, { privileges: ['SELECT', 'MODIFY', 'WRITE'] }),
      '400 invalid_authorization_details',
    ],
    [
      'privileges that are not text',
      changedDetail(2, { privileges: ['SELECT', 1] }),
      '400 invalid_authorization_details',
    ],
    [
      'operations that are not text',
      changedDetail(2, { operations: 'zerobuswrite' }),
      '400 invalid_authorization_details',
    ],
    [
      'more details than fit into a header',
      changedDetail(2, { operations: ['zerobuswrite', 'x'.repeat(4096)] }),
      '400 invalid_authorization_details',
    ],
    [
      'privileges that do not include writing',
      {
        table: READINGS,
        form: {
          authorization_details: JSON.stringify(
            authorizationDetails(READINGS).map((entry, i) => (i === 2 ? { ...entry, privileges: ['SELECT'] } : entry)),
          ),
        },
      },
      '401 access_denied',
    ],
    [
      'operations without zerobuswrite',
      {
        table: READINGS,
        form: {
          authorization_details: JSON.stringify(
            authorizationDetails(READINGS).map((entry, i) => (i === 2 ? { ...entry, operations: ['read'] } : entry)),
          ),
        },
      },
      '401 access_denied',
    ],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const response = await requestToken(server, request);

      expect(await errorOf(response)).toBe(expected);
    });
  }

  for (const [what, details, expected] of [
    ['no entry for the catalog', authorizationDetails(READINGS).slice(1), 'lack USE CATALOG on main.'],
    [
      'no entry for the schema',
      authorizationDetails(READINGS).filter((_, i) => i !== 1),
      'lack USE SCHEMA on main.iot.',
    ],
    [
      'only an entry for the table',
      authorizationDetails(READINGS).slice(2),
      'lack USE CATALOG on main and USE SCHEMA on main.iot.',
    ],
    [
      'other privileges on the catalog',
      authorizationDetails(READINGS).map((entry, i) => (i === 0 ? { ...entry, privileges: ['BROWSE'] } : entry)),
      'lack USE CATALOG on main.',
    ],
    [
      'the catalog of another table',
      authorizationDetails(READINGS).map((entry, i) => (i === 0 ? { ...entry, object_full_path: 'prod' } : entry)),
      'lack USE CATALOG on main.',
    ],
  ] as const) {
    it(`issues a token for ${what}, which is refused when it is used`, async () => {
      const response = await requestToken(server, {
        table: READINGS,
        form: { authorization_details: JSON.stringify(details) },
      });
      expect(response.status).toBe(200);
      const { access_token } = (await response.json()) as { access_token: string };
      const denied = await streamStatus(access_token);

      expect(denied.code).toBe(PERMISSION_DENIED);
      expect(denied.details).toContain(`main.iot.readings: its authorization_details ${expected}`);
    });
  }

  it('says how a privilege is written', async () => {
    const answers = await Promise.all(
      ['USE_CATALOG', 'select', 'WRITE'].map((privilege) =>
        requestToken(server, changedDetail(0, { privileges: [privilege] })),
      ),
    );
    const texts = await Promise.all(answers.map((answer) => answer.text()));

    expect(texts[0]).toContain('Write \\"USE CATALOG\\"');
    expect(texts[1]).toContain('Write \\"SELECT\\"');
    expect(texts[2]).toContain('takes \\"USE CATALOG\\", \\"USE SCHEMA\\"');
  });

  it('issues one token for several tables, and finds the names in any case', async () => {
    const details = [...authorizationDetails('Main.IoT.Readings'), ...authorizationDetails('main.iot.others').slice(2)];
    const response = await requestToken(server, {
      table: READINGS,
      form: { authorization_details: JSON.stringify(details) },
    });
    const { access_token } = (await response.json()) as { access_token: string };
    const others = await RawStream.open(server.endpoint, 'main.iot.others', { token: access_token });

    expect([(await streamStatus(access_token)).code, (await others.close()).code]).toEqual([0, 0]);
  });

  it('limits the size of the form', async () => {
    const response = await requestToken(server, { form: { scope: 'x'.repeat(1024 * 1024) } });

    expect(response.status).toBe(413);
  });

  it('accepts a request without operations, as older clients send it', async () => {
    const details = authorizationDetails(READINGS).map(({ ...entry }) => ({ ...entry, operations: undefined }));
    const response = await requestToken(server, {
      table: READINGS,
      form: { authorization_details: JSON.stringify(details) },
    });

    expect(response.status).toBe(200);
  });

  it('issues tokens that expire', async () => {
    const brief = await startZerobusLocal({ tables: [READINGS_DDL], tokenTtlMs: 0 });
    try {
      const token = await fetchToken(brief, READINGS);
      const stream = new RawStream(brief.endpoint, { table: READINGS, token });
      await stream.headers;
      stream.send({ createStream: { tableName: READINGS, recordType: 2 } });

      expect((await stream.status).code).toBe(UNAUTHENTICATED);
    } finally {
      await brief.close();
    }
  });

  it('gives tokens only to the configured client', async () => {
    const strict = await startZerobusLocal({ auth: { clientId: 'me', clientSecret: 'a:b' }, workspaceId: '42' });
    try {
      const wrong = await requestToken(strict, { credentials: 'me:a' });
      const right = await requestToken(strict, { credentials: 'me:a:b' });
      const elsewhere = await requestToken(strict, { credentials: 'me:a:b', table: READINGS });

      expect(await errorOf(wrong)).toBe('401 invalid_client');
      expect(right.status).toBe(200);
      expect(await errorOf(elsewhere)).toBe('400 invalid_request');
    } finally {
      await strict.close();
    }
  });

  it('gives a token to any client, and requires none, if auth is off', async () => {
    const tables: (readonly string[])[] = [];
    const open = await startZerobusLocal({
      tables: [READINGS_DDL],
      auth: false,
      onEvent: (event) => event.type === 'tokenIssued' && tables.push(event.tables),
    });
    try {
      const response = await requestToken(open, { credentials: undefined, form: { grant_type: undefined } });
      const asked = await requestToken(open, { table: READINGS });
      const stream = await RawStream.open(open.endpoint, READINGS);
      const table = await fetch(`${open.workspaceUrl}/api/2.1/unity-catalog/tables/${READINGS}`);

      expect([response.status, asked.status, (await stream.close()).code, table.status]).toEqual([200, 200, 0, 200]);
      expect(tables).toEqual([[], [READINGS]]);
    } finally {
      await open.close();
    }
  });
});
