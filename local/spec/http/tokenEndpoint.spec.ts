import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';
import { RawStream } from '../support/rawStream.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';
import { authorizationDetails, fetchToken, requestToken } from '../support/tokens.ts';

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
      '400 invalid_request',
    ],
    [
      'authorization details that are not an array',
      { table: READINGS, form: { authorization_details: '{}' } },
      '400 invalid_request',
    ],
    ['an entry that is null', { table: READINGS, form: { authorization_details: '[null]' } }, '400 invalid_request'],
    [
      'no table',
      { table: READINGS, form: { authorization_details: JSON.stringify(authorizationDetails(READINGS).slice(0, 2)) } },
      '400 invalid_request',
    ],
    [
      'no privilege on the schema',
      {
        table: READINGS,
        form: { authorization_details: JSON.stringify(authorizationDetails(READINGS).filter((_, i) => i !== 1)) },
      },
      '401 access_denied',
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
    const open = await startZerobusLocal({ tables: [READINGS_DDL], auth: false });
    try {
      const response = await requestToken(open, { credentials: undefined, form: { grant_type: undefined } });
      const stream = await RawStream.open(open.endpoint, READINGS);
      const table = await fetch(`${open.workspaceUrl}/api/2.1/unity-catalog/tables/${READINGS}`);

      expect([response.status, (await stream.close()).code, table.status]).toEqual([200, 0, 200]);
    } finally {
      await open.close();
    }
  });
});
