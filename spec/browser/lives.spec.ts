import type { Page } from 'playwright-core';
import { browserSpecs, counted } from './support/browserSpecs.ts';

describe('What a page leaves behind', () => {
  const world = browserSpecs();

  /** Closes a page whose first request is not answered, and has the next one send what it leaves behind. */
  async function closeAndSendRest(page: Page): Promise<void> {
    const { gateway } = world;
    await gateway.until(() => gateway.requests.length === 1);
    await page.close({ runBeforeUnload: true });
    gateway.act = () => 'answer';
    const next = await world.open('{ isSilent: true }');
    await next.evaluate('tracker.reported("durable")');
  }

  it('is sent by the same page after a reload, once each', async () => {
    const { gateway } = world;
    gateway.act = () => (gateway.requests.length === 1 ? 'hold' : 'answer');
    const page = await world.open('{ maxRequestEvents: 10 }');
    await page.evaluate('tracker.count(0, 99)');
    await gateway.until(() => gateway.requests.length === 1);
    await page.reload();
    await page.evaluate('tracker.begin(); tracker.count(100, 109)');
    await page.evaluate('tracker.settled(9)');
    expect(gateway.values).toEqual(counted(0, 109));
    expect(gateway.rows.size).toBe(110);
    expect(new Set(gateway.requests.map(({ client }) => client)).size).toBe(1);
  });

  it('is sent by the next page, even if that one only subscribes', async () => {
    const { gateway } = world;
    gateway.act = () => 'ignore';
    const page = await world.open();
    await page.evaluate('tracker.count(0, 9)');
    await gateway.until(() => gateway.requests.length === 1);
    await page.close();
    gateway.act = () => 'answer';
    const next = await world.open('{ isSilent: true }');
    await next.evaluate('tracker.reported("durable")');
    expect(gateway.values).toEqual(counted(0, 9));
    expect(await next.evaluate('tracker.keys()')).toEqual([]);
  });

  it('has what it tracked while it was closed', async () => {
    const { gateway } = world;
    gateway.act = () => 'ignore';
    const page = await world.open('{ beacons: false }');
    await page.evaluate(`
      document.addEventListener('visibilitychange', () => tracker.track({ n: 1 }));
      addEventListener('pagehide', () => tracker.track({ n: 2 }));
      tracker.track({ n: 0 });
    `);
    await closeAndSendRest(page);
    expect(gateway.values).toEqual(jasmine.arrayWithExactContents([...counted(0, 2)]));
  });

  it('has what a listener tracked that is older than the database', async () => {
    const { gateway } = world;
    gateway.act = () => 'ignore';
    const page = await world.context.newPage();
    await page.goto(gateway.origin);
    await page.evaluate(`
      tracker.begin({ beacons: false });
      addEventListener('pagehide', () => tracker.track({ n: 1 }));
      tracker.track({ n: 0 });
    `);
    await closeAndSendRest(page);
    expect(gateway.values).toEqual(jasmine.arrayWithExactContents([...counted(0, 1)]));
  });

  it('has what it tracked in the turn before it crashed', async () => {
    const { gateway } = world;
    gateway.act = () => 'ignore';
    const page = await world.open();
    // From here on, the database is open, and no transaction is on its way that the next one would wait for.
    await page.evaluate('tracker.track({ n: 0 })');
    await gateway.until(() => gateway.requests.length === 1);
    const crash = await world.context.newCDPSession(page);
    const isBlocked = new Promise<void>((resolve) => {
      page.route('**/blocked', () => resolve()).catch(() => {});
    });
    const isCrashed = page.waitForEvent('crash');
    // The page does nothing any more once the turn is over: it waits for a request that is never answered.
    const block = "const request = new XMLHttpRequest(); request.open('GET', '/blocked', false); request.send();";
    page
      .evaluate(`tracker.track({ n: 1 }); Promise.resolve().then(async () => {
      for (let turn = 0; turn < 10; turn++) { await undefined; }
      ${block}
    })`)
      .catch(() => {});
    await isBlocked;
    crash.send('Page.crash').catch(() => {});
    await isCrashed;
    gateway.act = () => 'answer';
    const next = await world.open('{ isSilent: true }');
    await next.evaluate('tracker.emptied()');
    expect(gateway.values).toEqual(counted(0, 1));
  });

  it('is sent by another tab while the page is in the back/forward cache, which goes on when it is shown again', async () => {
    const { gateway } = world;
    gateway.act = () => 'ignore';
    const page = await world.open('{ beacons: false }');
    await page.evaluate('addEventListener("pageshow", ({ persisted }) => { tracker.isPersisted = persisted; })');
    await page.evaluate('tracker.count(0, 4)');
    await gateway.until(() => gateway.requests.length === 1);
    await page.goto(`${gateway.origin}/elsewhere`);
    gateway.act = () => 'answer';
    const other = await world.open('{ isSilent: true }');
    await other.evaluate('tracker.reported("durable")');
    await other.close();
    await page.goBack({ waitUntil: 'commit' });
    await page.evaluate('tracker.settled(4)');
    expect(await page.evaluate('tracker.isPersisted')).toBe(true);
    await page.evaluate('tracker.track({ n: 5 })');
    await page.evaluate('tracker.settled(5)');
    expect(gateway.values).toEqual(counted(0, 5));
  });

  it('has what it tracked while it was put into the back/forward cache, which it never leaves', async () => {
    const { gateway } = world;
    gateway.act = () => 'ignore';
    const page = await world.open('{ beacons: false }');
    await page.evaluate('addEventListener("pagehide", () => tracker.track({ n: 1 })); tracker.track({ n: 0 })');
    await gateway.until(() => gateway.requests.length === 1);
    await page.goto(`${gateway.origin}/elsewhere`);
    await page.close();
    gateway.act = () => 'answer';
    const next = await world.open('{ isSilent: true }');
    await next.evaluate('tracker.reported("durable")');
    expect(gateway.values).toEqual(counted(0, 1));
  });

  it('is sent by the next leader, although a page unsubscribes while it reads the events', async () => {
    const { gateway } = world;
    gateway.act = () => 'ignore';
    const page = await world.open();
    await page.evaluate('tracker.reported("leader")');
    await page.evaluate(`
      const { getAll } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.getAll = function (...range) {
        IDBObjectStore.prototype.getAll = getAll;
        tracker.subscription.unsubscribe();
        return getAll.apply(this, range);
      };
      tracker.track({ n: 0 });
    `);
    await page.evaluate('tracker.reported("leader", 2)');
    expect(gateway.requests).toEqual([]);
    gateway.act = () => 'answer';
    await page.evaluate('tracker.begin({ isSilent: true })');
    await page.evaluate('tracker.reported("durable")');
    expect(gateway.values).toEqual(counted(0, 0));
  });

  it('is written when a page unsubscribes', async () => {
    const { gateway } = world;
    const page = await world.open();
    await page.evaluate('tracker.reported("leader")');
    await page.evaluate('tracker.count(0, 4); tracker.subscription.unsubscribe()');
    await page.evaluate('tracker.begin({ isSilent: true })');
    await gateway.until(() => gateway.rows.size === 5);
    expect(gateway.values).toEqual(counted(0, 4));
  });
});
