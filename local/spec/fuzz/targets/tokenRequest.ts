import { checkCredentials } from '../../../lib/auth/clientCredentials.ts';
import { ingestGrant } from '../../../lib/auth/ingestGrant.ts';
import { checkTokenExchange } from '../../../lib/auth/tokenExchange.ts';
import { TokenRequestError } from '../../../lib/auth/tokenRequestError.ts';
import { expectRight } from '../expectRight.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';

const RESOURCE = 'api://databricks/workspaces/1234/zerobusDirectWriteApi';
const expected = { clientId: 'client', clientSecret: 'secret' };
const detail = (object_type: string, object_full_path: string, privileges: readonly string[]): object => ({
  type: 'unity_catalog_privileges',
  object_type,
  object_full_path,
  privileges,
});
const details = JSON.stringify([
  detail('CATALOG', 'main', ['USE CATALOG']),
  detail('SCHEMA', 'main.iot', ['USE SCHEMA']),
  { ...detail('TABLE', 'main.iot.readings', ['SELECT', 'MODIFY']), operations: ['zerobuswrite'] },
]);
const form = (fields: Readonly<Record<string, string>>): string => new URLSearchParams(fields).toString();
const claims = Buffer.from('{"iss":"https://idp","exp":32503680000}').toString('base64url');

/** A request for a token: the header `authorization`, and after a line feed the form. */
export const tokenRequestTarget: FuzzTarget = {
  name: 'tokenRequest',
  seeds: [
    `Basic ${Buffer.from('client:secret').toString('base64')}\n${form({ resource: RESOURCE, authorization_details: details })}`,
    `\n${form({ client_id: 'client', client_secret: 'secret', resource: RESOURCE, authorization_details: '[]' })}`,
    `\n${form({ subject_token: `e30.${claims}.x`, subject_token_type: 'jwt', resource: RESOURCE, authorization_details: details })}`,
    `Basic Y2xpZW50\n${form({ resource: RESOURCE })}`,
  ],
  words: ['Basic ', '%', '%5B', '%7B', 'authorization_details=', 'privileges', 'operations', 'null', '&', '='],
  isTyped: (error) => error instanceof TokenRequestError && error.httpStatus >= 400 && error.httpStatus < 500,
  read: (input) => {
    const [authorization = '', ...rest] = input.toString('utf8').split('\n');
    const fields = new URLSearchParams(rest.join('\n'));
    if (fields.has('subject_token')) {
      checkTokenExchange(authorization, fields, expected, 'https://idp');
    } else {
      checkCredentials(authorization, fields, expected);
    }
    const { use, authorizationDetails } = ingestGrant(
      fields.get('resource') ?? '',
      fields.get('authorization_details') ?? undefined,
      undefined,
    );
    expectRight(use === 'zerobus' && authorizationDetails !== undefined, 'a grant has no details');
  },
};
