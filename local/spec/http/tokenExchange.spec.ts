import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';
import { CliProcess } from '../support/cliProcess.ts';
import { RawStream } from '../support/rawStream.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';
import { requestToken } from '../support/tokens.ts';

const ISSUER = 'https://idp.example.com/';
const strict = { clientId: 'me', clientSecret: 'secret' };

/** A token of an identity provider. Nothing verifies its signature. */
function subjectToken(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(claims)}.c2ln`;
}

describe('POST /oidc/v1/token with a token exchange', () => {
  const folder = useTemporaryDirectory();

  afterEach(() => CliProcess.killAll());

  /** Exchanges a token without credentials. @returns the status and the OAuth error, or the response */
  async function exchange(
    server: Pick<ZerobusLocal, 'workspaceUrl'>,
    form: Readonly<Record<string, string | undefined>> = {},
  ): Promise<{ readonly answer: string; readonly body: Readonly<Record<string, string>> }> {
    const response = await requestToken(server, {
      table: READINGS,
      credentials: undefined,
      form: {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: 'anything',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        ...form,
      },
    });
    const body = (await response.json()) as Record<string, string>;
    return { answer: response.ok ? 'token' : `${response.status} ${body['error']}`, body };
  }

  it('takes any subject token, with a client id (a workload) or without (the account), and no secret', async () => {
    await using server = await startZerobusLocal({ tables: [READINGS_DDL] });
    const account = await exchange(server);
    const workload = await exchange(server, { client_id: 'workload' });
    for (const { answer, body } of [account, workload]) {
      expect(answer).toBe('token');
      expect(body as object).toEqual({
        access_token: jasmine.any(String),
        issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        token_type: 'Bearer',
        scope: 'all-apis',
        expires_in: 3600,
      });
      const stream = await RawStream.open(server.endpoint, READINGS, { token: body['access_token'] ?? '' });
      expect((await stream.close()).code).toBe(0);
    }
  });

  it('requires the subject token and its type, and checks the rest as for other grants', async () => {
    await using server = await startZerobusLocal({ tables: [READINGS_DDL] });
    for (const form of [
      { subject_token: undefined },
      { subject_token: '' },
      { subject_token_type: undefined },
      { subject_token_type: '' },
    ]) {
      const { answer, body } = await exchange(server, form);
      expect(answer).toBe('400 invalid_request');
      expect(body['error_description']).toContain('subject_token and subject_token_type');
    }
    expect((await exchange(server, { scope: 'sql' })).answer).toBe('400 invalid_scope');
    expect((await exchange(server, { authorization_details: '{' })).answer).toBe('400 invalid_authorization_details');
  });

  it('checks the issuer of the subject token if one is configured', async () => {
    await using server = await startZerobusLocal({ subjectTokenIssuer: ISSUER });
    const exp = Math.floor(Date.now() / 1000);
    const answers = await Promise.all(
      [
        subjectToken({ iss: ISSUER }),
        subjectToken({ iss: ISSUER, exp: exp + 3600 }),
        subjectToken({ iss: ISSUER, exp: exp - 1 }),
        subjectToken({ iss: 'https://other.example.com' }),
        subjectToken({}),
        'opaque',
        'a.bnVsbA.c',
      ].map((subject_token) => exchange(server, { subject_token })),
    );

    expect(answers.map(({ answer }) => answer)).toEqual([
      'token',
      'token',
      '400 invalid_request',
      '400 invalid_request',
      '400 invalid_request',
      '400 invalid_request',
      '400 invalid_request',
    ]);
    expect(answers[2]?.body['error_description']).toContain('has expired');
    expect(answers[3]?.body['error_description']).toContain(`takes tokens of "${ISSUER}"`);
    expect(answers[5]?.body['error_description']).toContain('is not a JWT');
    expect(JSON.stringify(answers.slice(2))).not.toContain(subjectToken({}));
  });

  it('does not let others in if only one client gets tokens, unless an issuer is configured', async () => {
    const subject_token = subjectToken({ iss: ISSUER });
    await using closed = await startZerobusLocal({ auth: strict });
    await using open = await startZerobusLocal({ auth: strict, subjectTokenIssuer: ISSUER });

    expect((await exchange(closed, { subject_token })).answer).toBe('400 unauthorized_client');
    expect((await exchange(closed, { subject_token, client_id: 'me' })).answer).toBe('400 unauthorized_client');
    expect((await exchange(open, { subject_token })).answer).toBe('token');
    expect((await exchange(open, { subject_token, client_id: 'me' })).answer).toBe('token');
    expect((await exchange(open, { subject_token, client_id: 'other' })).answer).toBe('401 invalid_client');
    expect((await exchange(open, { subject_token: 'anything' })).answer).toBe('400 invalid_request');
  });

  it('has an option of the command for the issuer', async () => {
    const args = ['--data', folder(), '--port', '0', '--http-port', '0', '--subject-token-issuer', ISSUER];
    const command = new CliProcess(args);
    await command.listening();
    const workspaceUrl = /DATABRICKS_HOST=(\S+)/.exec(command.stdout)?.[1] ?? '';

    expect((await exchange({ workspaceUrl }, { subject_token: subjectToken({ iss: ISSUER }) })).answer).toBe('token');
    expect((await exchange({ workspaceUrl })).answer).toBe('400 invalid_request');
  });
});
