import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';

const FORM = 'application/x-www-form-urlencoded';
const CLIENT_ID = 'me: 100% +ü';
const CLIENT_SECRET = 'a:b+c d%41&é';

/** Encodes a part of Basic authentication as RFC 6749, 2.3.1 says: as in a form, with + for a blank. */
function formEncoded(part: string): string {
  return new URLSearchParams([['', part]]).toString().slice(1);
}

describe('The forms of a token request', () => {
  let server: ZerobusLocal;

  beforeAll(async () => {
    server = await startZerobusLocal({ auth: { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET } });
  });

  afterAll(() => server.close());

  /** Posts a form, and returns the status and the OAuth error. */
  async function post(
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
    path = '/oidc/v1/token',
  ): Promise<string> {
    const body = new URLSearchParams({ scope: 'all-apis', ...fields }).toString();
    return send(body, { 'content-type': FORM, ...headers }, path);
  }

  /** Sends bytes with no headers but the given ones. */
  async function send(
    body: string,
    headers: Readonly<Record<string, string>>,
    path = '/oidc/v1/token',
  ): Promise<string> {
    const { hostname, port } = new URL(server.workspaceUrl);
    const sent = request({ hostname, port, path, method: 'POST', headers });
    sent.end(body);
    const [response] = await once(sent, 'response');
    const { error, error_description, access_token } = JSON.parse(await text(response));
    return access_token === undefined ? `${response.statusCode} ${error} ${error_description}` : 'token';
  }

  const grant_type = 'client_credentials';
  const basic = (id: string, secret: string): { authorization: string } => ({
    authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
  });
  // A raw id can't contain the colon that ends it.
  const encodedClient = basic(formEncoded(CLIENT_ID), formEncoded(CLIENT_SECRET));

  it('may have the credentials in Basic authentication, encoded as in a form, or with percent signs only', async () => {
    const percentEncoded = basic(encodeURIComponent(CLIENT_ID), encodeURIComponent(CLIENT_SECRET));

    expect(await post({ grant_type }, encodedClient)).toBe('token');
    expect(await post({ grant_type }, percentEncoded)).toBe('token');
    expect(await post({ grant_type }, { authorization: encodedClient.authorization.replace('Basic', 'basic') })).toBe(
      'token',
    );
  });

  it('may have the credentials in Basic authentication as they are', async () => {
    await using raw = await startZerobusLocal({ auth: { clientId: 'me', clientSecret: CLIENT_SECRET } });
    const body = new URLSearchParams({ grant_type, scope: 'all-apis' });
    const response = await fetch(`${raw.workspaceUrl}/oidc/v1/token`, {
      method: 'POST',
      body,
      headers: basic('me', CLIENT_SECRET),
    });

    expect(response.status).toBe(200);
  });

  it('may have the credentials in the form', async () => {
    expect(await post({ grant_type, client_id: CLIENT_ID, client_secret: CLIENT_SECRET })).toBe('token');
    expect(await post({ grant_type, client_id: CLIENT_ID, client_secret: 'wrong' })).toMatch(/^401 invalid_client /);
    expect(await post({ grant_type, client_id: CLIENT_ID })).toMatch(/^401 invalid_client /);
    expect(await post({ grant_type })).toMatch(/^401 invalid_client /);
  });

  it('are read from Basic authentication if they are in both places', async () => {
    expect(await post({ grant_type, client_id: CLIENT_ID }, encodedClient)).toBe('token');
    expect(
      await post({ grant_type, client_id: CLIENT_ID, client_secret: CLIENT_SECRET }, basic(CLIENT_ID, 'wrong')),
    ).toMatch(/^401 invalid_client /);
  });

  it('refuse a secret that is only decoded or encoded once more', async () => {
    const twice = basic(formEncoded(formEncoded(CLIENT_ID)), formEncoded(formEncoded(CLIENT_SECRET)));

    expect(await post({ grant_type }, twice)).toMatch(/^401 invalid_client /);
    expect(await post({ grant_type }, basic('%', '%'))).toMatch(/^401 invalid_client /);
  });

  for (const path of ['//oidc/v1/token', '/oidc//v1///token', '///oidc/v1/token']) {
    it(`may be sent to ${path}`, async () => {
      expect(await post({ grant_type }, encodedClient, path)).toBe('token');
    });
  }

  for (const contentType of [
    `${FORM}; charset=UTF-8`,
    `${FORM};charset=utf-8`,
    `${FORM} ; charset="utf-8"`,
    'Application/X-WWW-Form-URLEncoded',
  ]) {
    it(`may have the content type ${contentType}`, async () => {
      expect(await post({ grant_type }, { ...encodedClient, 'content-type': contentType })).toBe('token');
    });
  }

  it('may have no content type', async () => {
    expect(await send(`grant_type=${grant_type}&scope=all-apis`, encodedClient)).toBe('token');
  });

  for (const contentType of ['application/json', 'multipart/form-data; boundary=x', 'text/plain', `${FORM}2`]) {
    it(`refuses the content type ${contentType}, and names the right one`, async () => {
      const answer = await send('{"grant_type":"client_credentials"}', {
        ...encodedClient,
        'content-type': contentType,
      });

      expect(answer).toBe(
        `400 invalid_request The request has the content type ${contentType}. Send a form: application/x-www-form-urlencoded.`,
      );
    });
  }

  it('refuses a grant type that is not known before it looks at credentials', async () => {
    for (const unknown of ['password', 'authorization_code', '', 'client-credentials']) {
      expect(await post({ grant_type: unknown })).toMatch(/^400 unsupported_grant_type .*client_credentials/);
    }
    expect(await post({}, encodedClient)).toMatch(/^400 invalid_request grant_type is missing/);
  });

  it('may ask for more scopes than all-apis', async () => {
    expect(await post({ grant_type, scope: 'all-apis offline_access' }, encodedClient)).toBe('token');
    expect(await post({ grant_type, scope: 'offline_access' }, encodedClient)).toMatch(/^400 invalid_scope /);
  });
});
