import { gatewayWorld, PageClient, post, range } from '../support/gatewayWorld.ts';
import { Nginx, nginxVersion } from '../support/nginx.ts';
import { orSkip } from '../support/optional.ts';

describe('A gateway behind nginx as it is by default', () => {
  const suite = gatewayWorld();

  it('takes events, and its answers and those of nginx can be told apart', async () => {
    orSkip(nginxVersion(), 'nginx is not installed: apt-get install nginx');
    const { gateway, url } = await suite.world.open({ maxRequestsPerMinute: 3 });
    const nginx = await Nginx.start(url);
    try {
      const page = new PageClient();
      const headers = { origin: 'https://shop.example', 'sec-fetch-site': 'same-origin' };
      const answer = await post(nginx.url, page.body(1, range(1, 500)), { headers });
      expect([answer.status, answer.durable, answer.headers.get('access-control-allow-origin')]).toEqual([
        200,
        500,
        'https://shop.example',
      ]);
      const tooLarge = await fetch(nginx.url, { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) });
      expect([tooLarge.status, tooLarge.headers.get('content-type')]).toEqual([413, 'text/html']);
      for (const kept of [501, 502]) {
        await page.send(nginx.url, kept, [kept]);
      }
      const tooMany = await page.send(nginx.url, 503, [503]);
      expect([tooMany.status, tooMany.code]).toEqual([429, 'TOO_MANY_REQUESTS']);
      expect(Number(tooMany.headers.get('retry-after'))).toBeGreaterThan(0);
      await gateway.drain();
      expect((await page.send(nginx.url, 503, [503])).code).toBe('DRAINING');
      expect(await suite.world.stored(page.id)).toEqual(range(1, 502));
    } finally {
      await nginx.stop();
    }
  });
});
