import { browserSpecs, counted } from './support/browserSpecs.ts';

const DROPPED = 'tracker.events.filter(({ kind }) => kind === "dropped").map(({ count, reason }) => [count, reason])';

describe('The events that a page keeps', () => {
  const world = browserSpecs();

  beforeEach(() => {
    world.gateway.act = () => 'ignore';
  });

  it('are bounded by count, and one more is an error that hands it back', async () => {
    const { gateway } = world;
    const page = await world.open('{ maxStoredEvents: 3 }');
    await page.evaluate('tracker.count(0, 1)');
    await page.evaluate('tracker.reported("stored")');
    await page.evaluate('tracker.count(2, 4)');
    await page.evaluate('tracker.settled(9)');
    expect(await page.evaluate('tracker.error')).toEqual(
      jasmine.objectContaining({ code: 'BUFFER_OVERFLOW', unacked: ['{"n":3}', '{"n":4}'] }),
    );
    expect(await page.evaluate('tracker.keys()')).toEqual([1, 2, 3]);
    gateway.act = () => 'answer';
    await page.evaluate('tracker.error = undefined; tracker.begin({ isSilent: true })');
    await gateway.until(() => gateway.rows.size === 3);
    expect(gateway.values).toEqual(counted(0, 2));
  });

  it('are bounded by bytes, and the newest are dropped if overflow says so', async () => {
    const { gateway } = world;
    const page = await world.open('{ maxStoredBytes: 50, overflow: "dropNewest" }');
    await page.evaluate('tracker.count(0, 3)');
    await page.evaluate('tracker.reported("stored")');
    await page.evaluate('tracker.count(4, 9)');
    await page.evaluate('tracker.reported("dropped")');
    gateway.act = () => 'answer';
    await page.evaluate('dispatchEvent(new Event("offline"))');
    await page.evaluate('tracker.settled(9)');
    expect(gateway.values).toEqual(counted(0, 6));
    expect(await page.evaluate(DROPPED)).toEqual([[3, 'overflow']]);
    await page.evaluate('tracker.track({ n: 10 })');
    await page.evaluate('tracker.settled(10)');
  });

  it('lose the oldest that were not sent if overflow says so', async () => {
    const { gateway } = world;
    const page = await world.open('{ maxStoredEvents: 10, maxRequestEvents: 2, overflow: "dropOldest" }');
    await page.evaluate('tracker.count(0, 4)');
    await gateway.until(() => gateway.requests.length === 1);
    await page.evaluate('tracker.count(5, 12)');
    await page.evaluate('tracker.reported("dropped")');
    gateway.act = () => 'answer';
    await page.evaluate('dispatchEvent(new Event("offline")); tracker.end()');
    await page.evaluate('tracker.until(() => tracker.isComplete)');
    expect(gateway.values).toEqual([...counted(0, 1), ...counted(5, 12)]);
    expect(await page.evaluate(DROPPED)).toEqual([[3, 'overflow']]);
    expect(await page.evaluate('tracker.watermark')).toBe(12);
  });

  for (const [overflow, outcome] of [
    ['error', ['STORAGE_FULL', []]],
    ['dropNewest', [undefined, [[1, 'quota']]]],
    ['dropOldest', [undefined, [[1, 'quota']]]],
  ] as const) {
    it(`exceed the quota of the browser, and overflow is ${overflow}`, async () => {
      const { gateway, context } = world;
      const page = await world.load();
      const devTools = await context.newCDPSession(page);
      await devTools.send('Storage.overrideQuotaForOrigin', { origin: gateway.origin, quotaSize: 90_000 });
      // The browser compresses what it keeps.
      await page.evaluate(`
        const bytes = crypto.getRandomValues(new Uint8Array(50_000));
        const text = Array.from(bytes, (byte) => byte.toString(16)).join('');
        tracker.begin({ overflow: '${overflow}' });
        tracker.track({ text });
      `);
      await page.evaluate(
        'tracker.until(() => tracker.error !== undefined || tracker.events.some(({ kind }) => kind === "dropped"))',
      );
      expect([await page.evaluate('tracker.error?.code'), await page.evaluate(DROPPED)] as unknown[]).toEqual([
        ...outcome,
      ]);
      expect(await page.evaluate('tracker.error?.unacked.length ?? 1')).toBe(1);
      await devTools.send('Storage.overrideQuotaForOrigin', { origin: gateway.origin });
      if (overflow !== 'error') {
        gateway.act = () => 'answer';
        // A browser that is busy may need a moment to see that there is room again.
        await page.evaluate(`(async () => {
          const count = (kind) => tracker.events.filter((event) => event.kind === kind).length;
          while (count('stored') === 0) {
            const before = count('dropped');
            tracker.track({ n: 0 });
            await tracker.until(() => count('stored') > 0 || count('dropped') > before);
          }
        })()`);
        await gateway.until(() => gateway.rows.size === 1);
        expect(gateway.values).toEqual(counted(0, 0));
      }
    });
  }

  it('are on the disk before they are sent, so that no other event ever has their numbers', async () => {
    const page = await world.load(`
      const { getAll } = IDBObjectStore.prototype;
      globalThis.durabilities = new Set();
      IDBObjectStore.prototype.getAll = function (...range) {
        durabilities.add(this.transaction.durability);
        return getAll.apply(this, range);
      };
    `);
    await page.evaluate('tracker.begin(); tracker.track({ n: 0 })');
    await world.gateway.until(() => world.gateway.requests.length === 1);
    expect(await page.evaluate('[...durabilities]')).toEqual(['strict']);
  });

  it('are sent although the browser has no room left', async () => {
    const { gateway, context } = world;
    const page = await world.load();
    const devTools = await context.newCDPSession(page);
    await devTools.send('Storage.overrideQuotaForOrigin', { origin: gateway.origin, quotaSize: 90_000 });
    await page.evaluate(`
      tracker.begin({ overflow: 'dropNewest', maxRequestEvents: 1, beacons: false });
      const bytes = crypto.getRandomValues(new Uint8Array(8_000));
      const text = Array.from(bytes, (byte) => byte.toString(16)).join('');
      const fill = async () => {
        for (let size = text.length; size > 1; size = Math.floor(size / 2)) {
          for (let isFull = false; !isFull; ) {
            const seen = tracker.events.length;
            const outcome = () => tracker.events.slice(seen).find(({ kind }) => kind === 'stored' || kind === 'dropped');
            tracker.track({ text: text.slice(0, size) });
            await tracker.until(() => outcome() !== undefined || tracker.error !== undefined);
            isFull = outcome()?.kind !== 'stored';
          }
        }
      };
      globalThis.filled = fill();
    `);
    await page.evaluate('filled');
    const { length: kept } = (await page.evaluate('tracker.keys()')) as readonly number[];
    gateway.act = () => 'answer';
    await page.evaluate('dispatchEvent(new Event("offline")); tracker.end()');
    await page.evaluate('tracker.until(() => tracker.isComplete || tracker.error !== undefined)');
    expect(await page.evaluate('tracker.error')).toBeUndefined();
    expect(gateway.rows.size).toBe(kept);
    await devTools.send('Storage.overrideQuotaForOrigin', { origin: gateway.origin });
  });

  for (const [how, script] of [
    ['is missing', 'Object.defineProperty(globalThis, "indexedDB", { value: undefined })'],
    ['throws', 'IDBFactory.prototype.open = () => { throw new DOMException("Not here.", "SecurityError"); }'],
  ] as const) {
    it(`cannot be kept if IndexedDB ${how}`, async () => {
      const page = await world.load(script);
      await page.evaluate('tracker.begin(); tracker.track({ n: 0 })');
      await page.evaluate('tracker.settled(0)');
      expect(await page.evaluate('tracker.error')).toEqual(
        jasmine.objectContaining({ name: 'ZerobusError', code: 'STORAGE_FAILED', unacked: ['{"n":0}'] }),
      );
      expect(world.gateway.requests).toEqual([]);
    });
  }

  it('are kept in memory without IndexedDB if the page wants it, which is reported', async () => {
    const { gateway } = world;
    gateway.act = () => (gateway.requests.length < 3 ? 'reset' : 'answer');
    const page = await world.load('Object.defineProperty(globalThis, "indexedDB", { value: undefined })');
    await page.evaluate('tracker.begin({ fallback: "memory" }); tracker.count(0, 9); tracker.end()');
    await page.evaluate('tracker.until(() => tracker.isComplete)');
    expect(gateway.values).toEqual(counted(0, 9));
    expect(await page.evaluate('tracker.events.find(({ kind }) => kind === "memory").error.code')).toBe(
      'STORAGE_FAILED',
    );
  });

  it('are gone if the user clears the data of the site, which is reported, and tracking goes on', async () => {
    const { gateway, context } = world;
    const page = await world.open();
    await page.evaluate('tracker.count(0, 4)');
    await gateway.until(() => gateway.requests.length === 1);
    const devTools = await context.newCDPSession(page);
    await devTools.send('Storage.clearDataForOrigin', { origin: gateway.origin, storageTypes: 'indexeddb' });
    await page.evaluate('tracker.reported("dropped")');
    expect(await page.evaluate(DROPPED)).toEqual([[5, 'cleared']]);
    gateway.act = () => 'answer';
    await page.evaluate('dispatchEvent(new Event("offline")); tracker.track({ n: 5 }); tracker.end()');
    await page.evaluate('tracker.until(() => tracker.isComplete)');
    expect(gateway.values).toEqual(counted(5, 5));
    expect(new Set(gateway.requests.map(({ client }) => client)).size).toBe(2);
  });

  it('do not keep others from deleting the database', async () => {
    const page = await world.open();
    await page.evaluate('tracker.reported("leader")');
    const isDeleted = `new Promise((resolve) => {
      const request = indexedDB.deleteDatabase('rxjs-zerobus /events');
      request.onsuccess = () => resolve(true);
      request.onblocked = () => resolve(false);
    })`;
    expect(await page.evaluate(isDeleted)).toBe(true);
    expect(await page.evaluate('tracker.reported("storageClosed")')).toBe(true);
  });
});
