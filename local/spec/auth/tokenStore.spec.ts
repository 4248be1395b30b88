import { type TokenGrant, TokenStore } from '../../lib/auth/tokenStore.ts';

describe('TokenStore', () => {
  const grant: TokenGrant = { use: 'zerobus', tableName: 'a.b.c' };
  let store: TokenStore;

  beforeEach(() => {
    jasmine.clock().install().mockDate(new Date(1e12));
    store = new TokenStore();
  });

  afterEach(() => jasmine.clock().uninstall());

  it('knows a token until it expires', () => {
    const token = store.issue(grant, 1000);
    jasmine.clock().tick(999);
    const before = store.find(token);
    jasmine.clock().tick(1);

    expect(before).toEqual(grant);
    expect(store.find(token)).toBeUndefined();
  });

  it('never issues a token twice, and keeps the others when one expires', () => {
    const brief = store.issue(grant, 10);
    const long = store.issue({ use: 'unity-catalog' }, 1000);
    jasmine.clock().tick(10);
    store.issue(grant, 1000);

    expect(brief).not.toBe(long);
    expect([store.find(brief), store.find(long)]).toEqual([undefined, { use: 'unity-catalog' }]);
  });

  it('reads tokens from bearer headers only', () => {
    const token = store.issue(grant, 1000);
    const headers = [
      `Bearer ${token}`,
      `bearer ${token}`,
      token,
      `Basic ${token}`,
      `Bearer ${token} `,
      'Bearer ',
      undefined,
    ];

    expect(headers.map((header) => store.findByHeader(header) !== undefined)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it('does not keep the text of a token', () => {
    const kept: unknown[] = [];
    const { set } = Map.prototype;
    Map.prototype.set = function (this: Map<unknown, unknown>, key: unknown, value: unknown) {
      kept.push([key, value]);
      return set.call(this, key, value);
    };
    let token: string;
    try {
      token = store.issue(grant, 1000);
    } finally {
      Map.prototype.set = set;
    }

    expect(kept).toHaveSize(1);
    expect(JSON.stringify(kept)).not.toContain(token);
  });
});
