import { type ClientCredentials, invalidClient, readCredentials } from './clientCredentials.ts';
import { invalidRequest, TokenRequestError } from './tokenRequestError.ts';

/** The grant type of RFC 8693: a token of an identity provider is exchanged for one of this server. */
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
/** The type of the tokens that an exchange returns. */
export const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';

/**
 * Checks a token exchange. The subject token proves who asks, so there is no client secret: a workload sends only its
 * client id, and the account-level form has no client at all. Signatures are not verified, since that takes the
 * identity provider's keys.
 *
 * @param client the only client that gets tokens; undefined for any
 * @param issuer the issuer that the subject token must name; undefined for any subject token
 * @throws {@link TokenRequestError} 400 if the subject token is not taken, 401 `invalid_client` for another client
 */
export function checkTokenExchange(
  authorization: string | undefined,
  form: URLSearchParams,
  client: ClientCredentials | undefined,
  issuer: string | undefined,
): void {
  const subjectToken = form.get('subject_token');
  if (!subjectToken || !form.get('subject_token_type')) {
    throw invalidRequest('A token exchange needs subject_token and subject_token_type.');
  }
  if (issuer !== undefined) {
    checkIssuer(subjectToken, issuer);
  }
  if (client === undefined) {
    return;
  }
  if (issuer === undefined) {
    throw new TokenRequestError(
      400,
      'unauthorized_client',
      'Only one client gets tokens here, by its secret. Start the server with --subject-token-issuer to exchange tokens.',
    );
  }
  const { clientId } = readCredentials(authorization, form)[0];
  if (clientId !== '' && clientId !== client.clientId) {
    throw invalidClient();
  }
}

function checkIssuer(subjectToken: string, issuer: string): void {
  const { iss, exp } = claimsOf(subjectToken);
  if (iss !== issuer) {
    throw invalidRequest(
      `subject_token names ${iss === undefined ? 'no issuer' : `the issuer ${JSON.stringify(iss)}`}, but this server takes tokens of ${JSON.stringify(issuer)}.`,
    );
  }
  if (typeof exp === 'number' && exp * 1000 <= Date.now()) {
    throw invalidRequest('subject_token has expired. Get a new one from the identity provider.');
  }
}

function claimsOf(token: string): Readonly<Record<string, unknown>> {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    if (typeof claims === 'object' && claims !== null) {
      return claims as Record<string, unknown>;
    }
  } catch {
    // The text is not JSON.
  }
  throw invalidRequest('subject_token is not a JWT, so its issuer is not known.');
}
