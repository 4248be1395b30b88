import { isSameSecret } from './isSameSecret.ts';
import { TokenRequestError } from './tokenRequestError.ts';

/** The client that gets tokens. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/**
 * Reads the credentials of a token request: from Basic authentication, or else from the form.
 *
 * @returns each way to read them. In Basic authentication, some clients encode id and secret as RFC 6749, 2.3.1 says,
 * and others send them as they are
 */
export function readCredentials(
  authorization: string | undefined,
  form: URLSearchParams,
): readonly [ClientCredentials, ...ClientCredentials[]] {
  const basic = /^Basic ([A-Za-z0-9+/]+=*)$/i.exec(authorization ?? '')?.[1];
  if (basic === undefined) {
    return [{ clientId: form.get('client_id') ?? '', clientSecret: form.get('client_secret') ?? '' }];
  }
  const [clientId = '', ...secret] = Buffer.from(basic, 'base64').toString('utf8').split(':');
  const clientSecret = secret.join(':');
  return [
    { clientId, clientSecret },
    { clientId: decoded(clientId), clientSecret: decoded(clientSecret) },
  ];
}

/**
 * Checks the credentials of a token request.
 *
 * @param expected the only client that gets tokens; undefined for any client id and secret that are not empty
 * @throws {@link TokenRequestError} 401 `invalid_client` if they are missing or wrong
 */
export function checkCredentials(
  authorization: string | undefined,
  form: URLSearchParams,
  expected: ClientCredentials | undefined,
): void {
  const readings = readCredentials(authorization, form);
  const isValid =
    expected === undefined
      ? readings[0].clientId !== '' && readings[0].clientSecret !== ''
      : readings.some(
          ({ clientId, clientSecret }) =>
            isSameSecret(clientId, expected.clientId) && isSameSecret(clientSecret, expected.clientSecret),
        );
  if (!isValid) {
    throw invalidClient();
  }
}

/** 401 `invalid_client`: the client is unknown, or its secret is wrong. */
export function invalidClient(): TokenRequestError {
  return new TokenRequestError(401, 'invalid_client', 'Client authentication failed');
}

/** Decodes a part of a form. Text that is not encoded stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
