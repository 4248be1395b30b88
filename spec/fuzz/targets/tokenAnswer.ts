import { parseTokenResponse } from '../../../lib/auth/parseTokenResponse.ts';
import { tokenEndpointError } from '../../../lib/auth/tokenEndpointError.ts';
import type { TokenRequest } from '../../../lib/auth/tokenRequest.ts';
import { isZerobusError } from '../../../lib/errors/zerobusError.ts';
import { Secret } from '../../../lib/secrets/secret.ts';
import { expectRight } from '../expectRight.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';

const CLIENT_SECRET = 'dose-of-secret+/=42';
const statuses = [200, 201, 204, 301, 307, 400, 401, 403, 404, 405, 408, 418, 429, 500, 503, 599] as const;
const basic = Buffer.from(`client:${CLIENT_SECRET}`).toString('base64');

const request = {
  credentials: {
    workspaceUrl: 'https://workspace.example',
    clientId: 'client',
    clientSecret: new Secret(CLIENT_SECRET),
  },
} as TokenRequest;

/** The answer of a token endpoint: a byte that selects the status of HTTP, and the body. */
export const tokenAnswerTarget: FuzzTarget = {
  name: 'tokenAnswer',
  seeds: [
    '0{"access_token":"eyJ0","token_type":"Bearer","expires_in":3600}',
    '0{"access_token":"eyJ0","expires_in":"3600"}',
    '5{"error":"invalid_client","error_description":"Client authentication failed"}',
    '<{"error_code":"PERMISSION_DENIED","message":"not yours"}',
    '8<html><body>Sign in</body></html>',
    `5{"error":"invalid_client","error_description":"${CLIENT_SECRET} ${encodeURIComponent(CLIENT_SECRET)} ${basic}"}`,
  ],
  words: ['"access_token":', '"expires_in":', '"error":', '"error_description":', '"message":', CLIENT_SECRET, basic],
  isTyped: () => false,
  read: (input) => {
    const body = input.toString('utf8', 1);
    const token = parseTokenResponse(body);
    if (token !== undefined) {
      const { accessToken, expiresInMs = 0 } = token;
      const isToken = typeof accessToken === 'string' && typeof expiresInMs === 'number' && expiresInMs < 2 ** 31;
      expectRight(isToken && !Number.isNaN(expiresInMs), `a token is ${JSON.stringify(token)}`);
    }
    const status = statuses[(input[0] ?? 0) % statuses.length] as number;
    const error = tokenEndpointError(request, { status, body, location: body.slice(0, 100) });
    expectRight(isZerobusError(error), `the error is ${String(error)}`);
    expectRight(error.message.length < 2000, `the message has ${error.message.length} characters`);
    for (const secret of [CLIENT_SECRET, encodeURIComponent(CLIENT_SECRET), basic]) {
      expectRight(!error.message.includes(secret), `the message shows the secret: ${error.message}`);
    }
  },
};
