import { browserSpecs, counted } from './support/browserSpecs.ts';

describe('toGateway and a gateway that fails', () => {
  const world = browserSpecs();

  it('sends again whatever the network does, in order and without end', async () => {
    const { gateway } = world;
    const page = { status: 200, body: '<html>Welcome to the hotel</html>' };
    const acts = [
      'reset',
      'loseAnswer',
      { status: 503 },
      { status: 500 },
      { status: 404 },
      page,
      { status: 400, body: '' },
    ] as const;
    const moved = { status: 302, headers: { location: '/elsewhere' } };
    const all = [...acts, moved, 'reset', { status: 429 }, { status: 405 }, 'reset', 'loseAnswer', 'answer'] as const;
    gateway.act = () => all[gateway.requests.length - 1] ?? 'answer';
    const tab = await world.open('{ recoveryBackoffMs: 1, recoveryBackoffMaxMs: 5 }');
    await tab.evaluate('tracker.count(0, 19); tracker.end()');
    await tab.evaluate('tracker.until(() => tracker.isComplete)');
    expect(gateway.values).toEqual(counted(0, 19));
    expect(gateway.requests.length).toBeGreaterThanOrEqual(all.length);
    const attempts = await tab.evaluate(
      'tracker.events.filter(({ kind }) => kind === "retry").map((event) => event.attempt)',
    );
    // The browser itself repeats some requests of a connection that was reset.
    expect((attempts as number[]).length).toBeGreaterThan(8);
    expect(attempts).toEqual((attempts as number[]).map((_, index) => index + 1));
  });

  it('waits as long as Retry-After says', async () => {
    const { gateway } = world;
    gateway.act = () => (gateway.requests.length === 1 ? { status: 503, headers: { 'retry-after': '1' } } : 'answer');
    const page = await world.open();
    await page.evaluate('tracker.track({ n: 0 })');
    await page.evaluate('tracker.settled(0)');
    expect(await page.evaluate('tracker.events.find(({ kind }) => kind === "retry").waitMs')).toBe(1000);
  });

  it('asks for the headers again when it is not authenticated', async () => {
    const { gateway } = world;
    gateway.act = ({ authorization }) => (authorization === 'second' ? 'answer' : { status: 401 });
    const page = await world.open('{ headers: ["first", "second"] }');
    await page.evaluate('tracker.count(0, 1)');
    await page.evaluate('tracker.settled(1)');
    await page.evaluate('tracker.track({ n: 2 })');
    await page.evaluate('tracker.settled(2)');
    expect(gateway.requests.map(({ authorization }) => authorization)).toEqual(['first', 'second', 'second']);
  });

  it('halves a request that is too large, and refuses an event that is too large by itself', async () => {
    const { gateway } = world;
    gateway.act = ({ events }) =>
      events.length > 3 || events.some(([sequence]) => sequence === 5) ? { status: 413 } : 'answer';
    const page = await world.open();
    await page.evaluate('tracker.count(0, 19); tracker.end()');
    await page.evaluate('tracker.until(() => tracker.isComplete)');
    expect(gateway.values).toEqual(counted(0, 19).filter(({ n }) => n !== 4));
    expect(
      await page.evaluate(
        'tracker.events.filter(({ kind }) => kind === "refused").map(({ code, sequence, offset }) => [code, sequence, offset])',
      ),
    ).toEqual([['RECORD_TOO_LARGE', 5, 4]]);
  });

  it('goes on without events that are refused, and says why', async () => {
    const { gateway } = world;
    gateway.act = () => ({ refuse: [2] });
    const page = await world.open();
    await page.evaluate(`
      const cycle = {};
      cycle.self = cycle;
      tracker.track({ n: 0 }, { n: 1 }, cycle, Promise.resolve(), { text: 'x'.repeat(300_000) }, { n: NaN }, undefined, { n: 2 });
      tracker.end();
    `);
    await page.evaluate('tracker.until(() => tracker.isComplete)');
    expect(gateway.values).toEqual([{ n: 0 }, { n: 2 }]);
    expect(await page.evaluate('tracker.watermark')).toBe(7);
    const refused = await page.evaluate(
      'tracker.events.filter(({ kind }) => kind === "refused").map(({ code, offset }) => [code, offset])',
    );
    expect((refused as string[][]).sort()).toEqual([
      ['INVALID_RECORD', 1],
      ['INVALID_RECORD', 2],
      ['INVALID_RECORD', 3],
      ['INVALID_RECORD', 5],
      ['INVALID_RECORD', 6],
      ['RECORD_TOO_LARGE', 4],
    ] as unknown as string[][]);
  });

  it('errors if the gateway does not understand it, and keeps the events', async () => {
    const { gateway } = world;
    gateway.act = () => ({ status: 400, body: '{"code":"INVALID_REQUEST","message":"The version is not known."}' });
    const page = await world.open();
    await page.evaluate('tracker.track({ n: 0 })');
    await page.evaluate('tracker.settled(0)');
    expect(await page.evaluate('tracker.error')).toEqual({
      name: 'ZerobusError',
      code: 'INVALID_ARGUMENT',
      message: jasmine.stringContaining('The version is not known.'),
      unacked: [],
    });
    expect(await page.evaluate('tracker.keys()')).toEqual([1]);
  });

  it('goes on with a gateway that was killed and started again', async () => {
    const { gateway } = world;
    const { port } = gateway;
    gateway.act = () => 'ignore';
    const page = await world.open();
    await page.evaluate('tracker.count(0, 4)');
    await gateway.until(() => gateway.requests.length === 1);
    await gateway.close();
    await page.evaluate('tracker.reported("retry", 2)');
    gateway.act = () => 'answer';
    await gateway.listen(port);
    await page.evaluate('tracker.settled(4)');
    expect(gateway.values).toEqual(counted(0, 4));
  });

  it('keeps events while it is offline, and sends them as soon as it is online', async () => {
    const { gateway, context } = world;
    gateway.act = () => 'ignore';
    const page = await world.load();
    // The first wait is longer than the spec. The browser may say that it is online too early, so later ones are short.
    await page.evaluate(`
      const draws = [10_000];
      tracker.begin({ recoveryBackoffMaxMs: 1_000_000, recoveryBackoffMs: 100, random: () => draws.pop() ?? 0.5 });
      tracker.track({ n: 0 });
    `);
    await gateway.until(() => gateway.requests.length === 1);
    await context.setOffline(true);
    await page.evaluate('tracker.reported("retry")');
    await page.evaluate('tracker.count(1, 9)');
    await page.evaluate('tracker.reported("stored", 2)');
    gateway.act = () => 'answer';
    await context.setOffline(false);
    await page.evaluate('tracker.settled(9)');
    expect(gateway.values).toEqual(counted(0, 9));
  });

  it('sends again if there is no answer in time, or no headers', async () => {
    const { gateway } = world;
    gateway.act = () => (gateway.requests.length === 1 ? 'ignore' : 'answer');
    const page = await world.load();
    await page.evaluate(`
      let calls = 0;
      const headers = () => (++calls === 1 ? new Promise(() => undefined) : Promise.resolve({}));
      tracker.begin({ requestTimeoutMs: 300, getHeaders: headers });
      tracker.track({ n: 0 });
    `);
    await page.evaluate('tracker.settled(0)');
    expect(gateway.values).toEqual(counted(0, 0));
    expect(
      await page.evaluate('tracker.events.filter(({ kind }) => kind === "retry").map(({ reason }) => reason)'),
    ).toEqual(['There was no answer in time.', 'There was no answer in time.']);
  });

  it('cancels the request when it is unsubscribed from', async () => {
    const { gateway } = world;
    gateway.act = () => 'ignore';
    const page = await world.open();
    const failed = page.waitForEvent('requestfailed');
    await page.evaluate('tracker.track({ n: 0 })');
    await gateway.until(() => gateway.requests.length === 1);
    await page.evaluate('tracker.subscription.unsubscribe()');
    expect((await failed).failure()?.errorText).toBe('net::ERR_ABORTED');
    expect(await page.evaluate('navigator.locks.query().then(({ held }) => held)')).toEqual([]);
  });
});
