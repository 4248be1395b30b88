import { browserSpecs, counted } from './support/browserSpecs.ts';

describe('toGateway in a page', () => {
  const world = browserSpecs();

  it('sends events, emits the watermark, and completes when all are durable', async () => {
    const page = await world.open();
    await page.evaluate('tracker.count(0, 999); tracker.end()');
    await page.evaluate('tracker.until(() => tracker.isComplete)');
    expect(world.gateway.values).toEqual(counted(0, 999));
    expect(await page.evaluate('tracker.watermark')).toBe(999);
    expect(await page.evaluate('tracker.keys()')).toEqual([]);
    const [request] = world.gateway.requests;
    expect(request).toEqual(
      jasmine.objectContaining({ method: 'POST', kept: 1, contentType: 'text/plain;charset=UTF-8' }),
    );
    expect(request?.client).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('keeps events in IndexedDB before it sends them, until they are durable', async () => {
    world.gateway.act = () => 'ignore';
    const page = await world.open();
    await page.evaluate('tracker.count(0, 2)');
    await world.gateway.until(() => world.gateway.requests.length === 1);
    expect(await page.evaluate('tracker.keys()')).toEqual([1, 2, 3]);
    expect(await page.evaluate('tracker.watermark')).toBe(-1);
    const kinds = await page.evaluate('tracker.events.map(({ kind }) => kind)');
    expect((kinds as string[]).indexOf('stored')).toBeLessThan((kinds as string[]).indexOf('sent'));
  });
});
