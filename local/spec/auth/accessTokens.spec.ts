import fc from 'fast-check';
import { AccessTokens } from '../../lib/auth/accessTokens.ts';
import { ingestGrant } from '../../lib/auth/ingestGrant.ts';
import type { TokenGrant } from '../../lib/auth/tokenGrant.ts';
import { authorizationDetails } from '../support/tokens.ts';

const RESOURCE = 'api://databricks/workspaces/1/zerobusDirectWriteApi';

describe('AccessTokens', () => {
  const grant: TokenGrant = ingestGrant(RESOURCE, JSON.stringify(authorizationDetails('a.b.c')), undefined);
  const key = Buffer.alloc(32, 1);
  let tokens: AccessTokens;

  beforeEach(() => {
    jasmine.clock().install().mockDate(new Date(1e12));
    tokens = new AccessTokens(key);
  });

  afterEach(() => jasmine.clock().uninstall());

  it('verifies a token until it expires', () => {
    const token = tokens.issue(grant, 1000);
    jasmine.clock().tick(999);
    const before = tokens.find(token);
    jasmine.clock().tick(1);

    expect(before).toEqual(grant);
    expect(tokens.find(token)).toBeUndefined();
  });

  it('never issues a token twice, and keeps the others when one expires', () => {
    const brief = tokens.issue(grant, 10);
    const long = tokens.issue({ use: 'unity-catalog' }, 1000);
    jasmine.clock().tick(10);

    expect(tokens.issue(grant, 1000)).not.toBe(tokens.issue(grant, 1000));
    expect([tokens.find(brief), tokens.find(long)]).toEqual([undefined, { use: 'unity-catalog' }]);
  });

  it('reads tokens from bearer headers only', () => {
    const token = tokens.issue(grant, 1000);
    const headers = [
      `Bearer ${token}`,
      `bearer ${token}`,
      token,
      `Basic ${token}`,
      `Bearer ${token} `,
      'Bearer ',
      undefined,
    ];

    expect(headers.map((header) => tokens.findByHeader(header) !== undefined)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it('stores nothing: another instance with the same key verifies its tokens, one with another key does not', () => {
    const token = tokens.issue(grant, 1000);

    expect(new AccessTokens(key).find(token)).toEqual(grant);
    expect(new AccessTokens(Buffer.alloc(32, 2)).find(token)).toBeUndefined();
  });

  it('issues tokens of 4 to 6 KB that carry the authorization details, like those of the service', () => {
    const long = 'x'.repeat(255);
    for (const table of ['a.b.c', `${long}.${long}.${long}`]) {
      const details = authorizationDetails(table);
      const token = tokens.issue(ingestGrant(RESOURCE, JSON.stringify(details), undefined), 1000);
      const [head = '', claims = ''] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());

      expect(token.length).toBeGreaterThan(4096);
      expect(token.length).toBeLessThan(6144);
      expect(JSON.parse(head)).toEqual(jasmine.objectContaining({ typ: 'at+jwt' }));
      expect(JSON.parse(claims)).toEqual(jasmine.objectContaining({ exp: 1e9 + 1, authorization_details: details }));
    }
  });

  it('refuses every token that was cut, extended or changed', () => {
    const token = tokens.issue(grant, 1000);
    const position = fc.nat(token.length - 1);
    fc.assert(
      fc.property(position, (at) => tokens.find(token.slice(0, at)) === undefined),
      { examples: [[0], [token.lastIndexOf('.')], [token.lastIndexOf('.') + 1], [token.length - 1]] },
    );
    fc.assert(
      fc.property(position, fc.constantFrom('A', 'B', '.', '=', ' ', 'é'), (at, other) => {
        const changed = token.slice(0, at) + other + token.slice(at + 1);
        return changed === token || tokens.find(changed) === undefined;
      }),
      { examples: [[token.length - 1, 'B']] },
    );

    expect(
      ['', '.', '..', `${token}=`, `${token}.`, `${token}A`, `.${token}`].map((text) => tokens.find(text)),
    ).toEqual(Array(7).fill(undefined));
  });

  it('refuses claims that were signed by no key, whatever algorithm they name', () => {
    const [, claims, signature] = tokens.issue(grant, 1000).split('.');
    const head = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');

    expect(tokens.find(`${head}.${claims}.`)).toBeUndefined();
    expect(tokens.find(`${head}.${claims}.${signature}`)).toBeUndefined();
  });
});
