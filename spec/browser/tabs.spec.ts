import type { Page } from 'playwright-core';
import { browserSpecs, counted } from './support/browserSpecs.ts';

describe('The tabs of a site', () => {
  const world = browserSpecs();

  it('are one client, and one of them sends for all', async () => {
    const { gateway } = world;
    const leader = await world.open();
    await leader.evaluate('tracker.reported("leader")');
    const other = await world.open();
    await Promise.all([leader.evaluate('tracker.count(0, 99)'), other.evaluate('tracker.count(100, 199)')]);
    await Promise.all([leader.evaluate('tracker.settled(99)'), other.evaluate('tracker.settled(99)')]);
    expect(gateway.rows.size).toBe(200);
    expect(new Set(gateway.values.map((value) => JSON.stringify(value))).size).toBe(200);
    expect(new Set(gateway.requests.map(({ client }) => client)).size).toBe(1);
    expect(await other.evaluate('tracker.events.some(({ kind }) => kind === "sent")')).toBe(false);
    await leader.evaluate('tracker.end()');
    await other.evaluate('tracker.reported("leader")');
  });

  it('hand over when the leader is closed in the middle of a request', async () => {
    const { gateway } = world;
    gateway.act = () => 'hold';
    const leader = await world.open('{ beacons: false }');
    await leader.evaluate('tracker.count(0, 9)');
    await gateway.until(() => gateway.requests.length === 1);
    const other = await world.open();
    await other.evaluate('tracker.count(10, 19)');
    await other.evaluate('tracker.reported("stored")');
    gateway.act = () => 'answer';
    await leader.close();
    await other.evaluate('tracker.settled(9)');
    expect(gateway.values).toEqual(counted(0, 19));
    expect(gateway.requests[1]?.kept).toBe(1);
  });

  for (const [how, leave] of [
    ['closed', (page: Page) => page.close({ runBeforeUnload: true })],
    ['put into the back/forward cache', (page: Page, origin: string) => page.goto(`${origin}/elsewhere`)],
  ] as const) {
    it(`send what another one tracked while it was ${how}`, async () => {
      const { gateway } = world;
      const leader = await world.open('{ isSilent: true }');
      await leader.evaluate('tracker.reported("leader")');
      const other = await world.open('{ beacons: false }');
      await other.evaluate('addEventListener("pagehide", () => tracker.track({ n: 1 })); tracker.track({ n: 0 })');
      await other.evaluate('tracker.settled(0)');
      await leave(other, gateway.origin);
      await gateway.until(() => gateway.rows.size === 2);
      expect(gateway.values).toEqual(counted(0, 1));
    });
  }

  it('know which of their events were refused', async () => {
    const { gateway } = world;
    const leader = await world.open();
    await leader.evaluate('tracker.reported("leader")');
    const other = await world.open();
    gateway.act = () => ({ refuse: [1] });
    await other.evaluate('tracker.count(0, 1)');
    await other.evaluate('tracker.settled(1)');
    const refusals = 'tracker.events.filter(({ kind }) => kind === "refused").map(({ at, ...event }) => event)';
    const refused = { kind: 'refused', sequence: 1, code: 'INVALID_RECORD', message: 'No such column.' };
    expect(await other.evaluate(refusals)).toEqual([{ ...refused, offset: 0 }]);
    expect(await leader.evaluate(refusals)).toEqual([jasmine.objectContaining(refused)]);
  });

  it('all send without Web Locks, and the gateway knows the repeats', async () => {
    const { gateway } = world;
    const script = 'Object.defineProperty(Navigator.prototype, "locks", { value: undefined })';
    const tabs = await Promise.all([world.load(script), world.load(script)]);
    await Promise.all(
      tabs.map((tab, index) => tab.evaluate(`tracker.begin(); tracker.count(${index * 50}, ${index * 50 + 49})`)),
    );
    await Promise.all(tabs.map((tab) => tab.evaluate('tracker.settled(49)')));
    expect(gateway.rows.size).toBe(100);
    expect(await tabs[0]?.evaluate('tracker.keys()')).toEqual([]);
    // Two tabs send at the same time, which the gateway of other specs complains about.
    gateway.complaints.splice(0);
  });

  it('send to two gateways from two databases', async () => {
    const { gateway } = world;
    const page = await world.open('{ database: "one" }');
    await page.evaluate('tracker.count(0, 4)');
    await page.evaluate('tracker.settled(4)');
    await page.evaluate(
      'tracker.subscription.unsubscribe(); tracker.watermark = -1; tracker.begin({ database: "two" })',
    );
    await page.evaluate('tracker.count(5, 9)');
    await page.evaluate('tracker.settled(4)');
    expect(new Set(gateway.requests.map(({ client }) => client)).size).toBe(2);
    expect(gateway.rows.size).toBe(10);
  });
});
