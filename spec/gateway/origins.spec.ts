import { gatewayWorld, PageClient, post } from '../support/gatewayWorld.ts';
import { thrownBy } from '../support/thrownBy.ts';

const SHOP = 'https://shop.example';

describe('The origins of a gateway', () => {
  const suite = gatewayWorld();

  const sent = async (url: string, headers: Record<string, string>): Promise<unknown[]> => {
    const answer = await post(url, new PageClient().body(1, [1]), { headers });
    return [
      answer.status,
      answer.headers.get('access-control-allow-origin'),
      answer.headers.get('access-control-allow-credentials'),
      answer.headers.get('vary'),
    ];
  };

  it('are its own, unless others are listed', async () => {
    const { url } = await suite.world.open();
    const own = url;
    expect(await sent(url, {})).toEqual([200, null, null, 'Origin']);
    expect(await sent(url, { origin: own })).toEqual([200, own, 'true', 'Origin']);
    for (const origin of [SHOP, 'null', `${own}.evil.example`, 'http://127.0.0.1', 'x']) {
      expect(await sent(url, { origin }))
        .withContext(origin)
        .toEqual([403, null, null, 'Origin']);
    }
  });

  it('are its own behind a proxy that changes the host, since the browser says so', async () => {
    const { url } = await suite.world.open();
    expect(await sent(url, { origin: SHOP, 'sec-fetch-site': 'same-origin' })).toEqual([200, SHOP, 'true', 'Origin']);
    for (const site of ['same-site', 'cross-site']) {
      const origin = url;
      expect(await sent(url, { origin, 'sec-fetch-site': site }))
        .withContext(site)
        .toEqual([403, null, null, 'Origin']);
    }
  });

  it('may be listed by name, with cookies, and any page may send without', async () => {
    const named = (await suite.world.open({ origins: [SHOP] })).url;
    expect(await sent(named, { origin: SHOP })).toEqual([200, SHOP, 'true', 'Origin']);
    expect(await sent(named, { origin: 'https://other.example' })).toEqual([403, null, null, 'Origin']);
    const any = (await suite.world.open({ origins: ['*', SHOP] })).url;
    expect(await sent(any, { origin: 'https://other.example' })).toEqual([200, '*', null, 'Origin']);
    expect(await sent(any, { origin: SHOP })).toEqual([200, SHOP, 'true', 'Origin']);
  });

  it('can read errors, and how long to wait', async () => {
    const { url } = await suite.world.open({ origins: [SHOP], maxRequestsPerMinute: 1 });
    const page = new PageClient();
    const headers = { origin: SHOP };
    await post(url, page.body(1, [1]), { headers });
    const answer = await post(url, page.body(2, [2]), { headers });
    expect(answer.status).toBe(429);
    expect(answer.headers.get('access-control-allow-origin')).toBe(SHOP);
    expect(answer.headers.get('access-control-expose-headers')).toBe('Retry-After');
  });

  it('may ask before a request with headers of the program', async () => {
    const { gateway, url } = await suite.world.open({ origins: [SHOP], authenticate: () => undefined });
    const ask = (origin: string, names: string): Promise<Response> =>
      fetch(url, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': names },
      });
    const { status, headers } = await ask(SHOP, 'authorization, content-type');
    expect([status, headers.get('access-control-allow-headers')]).toEqual([204, 'authorization, content-type']);
    expect(headers.get('access-control-allow-origin')).toBe(SHOP);
    expect(headers.get('access-control-allow-methods')).toBe('POST');
    expect(headers.get('vary')).toBe('Origin, Access-Control-Request-Headers');
    expect((await ask(SHOP, 'a b')).headers.get('access-control-allow-headers')).toBeNull();
    expect((await ask('https://other.example', 'authorization')).status).toBe(403);
    expect(gateway.stats.durableEvents).toBe(0);
  });

  it('are checked when the gateway is created', () => {
    for (const origin of ['shop.example', `${SHOP}/`, `${SHOP}/page`, '', undefined]) {
      const error = thrownBy(() => suite.world.gateway({ origins: [origin as string] }));
      expect(error)
        .withContext(`${origin}`)
        .toEqual(jasmine.objectContaining({ code: 'INVALID_OPTIONS' }));
    }
  });
});
