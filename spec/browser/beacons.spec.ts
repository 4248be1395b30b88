import { browserSpecs, counted } from './support/browserSpecs.ts';
import { ScriptedGateway } from './support/scriptedGateway.ts';

const HIDE = `
  Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'hidden' });
  document.dispatchEvent(new Event('visibilitychange'));
`;

describe('Beacons', () => {
  const world = browserSpecs();

  it('have what is not durable when the page is hidden, and are no delivery', async () => {
    const { gateway } = world;
    gateway.act = ({ isBeacon }) => (isBeacon ? 'answer' : 'ignore');
    const page = await world.open();
    await page.evaluate('tracker.count(0, 2)');
    await gateway.until(() => gateway.requests.length === 1);
    await page.evaluate(HIDE);
    await gateway.until(() => gateway.requests.length === 2);
    expect(gateway.requests[1]).toEqual(
      jasmine.objectContaining({ isBeacon: true, kept: 1, contentType: 'text/plain;charset=UTF-8' }),
    );
    expect(gateway.values).toEqual(counted(0, 2));
    expect(await page.evaluate('tracker.keys()')).toEqual([1, 2, 3]);
    expect(await page.evaluate('tracker.watermark')).toBe(-1);
    expect(
      await page.evaluate(
        'tracker.events.filter(({ kind }) => kind === "beacon").map(({ count, isAccepted }) => [count, isAccepted])',
      ),
    ).toEqual([[3, true]]);
  });

  it('are at most 16 KiB each, and what the browser does not take in is sent later', async () => {
    const { gateway } = world;
    gateway.act = () => 'ignore';
    const page = await world.open('{ maxRequestEvents: 1 }');
    await page.evaluate('tracker.count(0, 99, { text: "\\u00e4".repeat(500) })');
    await gateway.until(() => gateway.requests.length === 1);
    await page.evaluate('tracker.reported("stored")');
    await page.evaluate(HIDE);
    const beacons = 'tracker.events.filter(({ kind }) => kind === "beacon")';
    await page.evaluate('tracker.reported("beacon", 4)');
    const sizes = (await page.evaluate(`${beacons}.map(({ bytes }) => bytes)`)) as readonly number[];
    expect(sizes.length).toBeGreaterThanOrEqual(4);
    // The budget of the browser is 64 KiB: one of them is refused, and nothing is handed over behind it.
    const accepted = (await page.evaluate(`${beacons}.map(({ isAccepted }) => isAccepted)`)) as readonly boolean[];
    await gateway.until(
      () => gateway.requests.filter(({ isBeacon }) => isBeacon).length === accepted.filter(Boolean).length,
    );
    const received = gateway.requests.filter(({ isBeacon }) => isBeacon);
    expect(received.every(({ bytes }) => bytes <= 16 * 1024)).toBe(true);
    expect(received.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(64 * 1024);
    await page.close();
    gateway.act = () => 'answer';
    const next = await world.open('{ isSilent: true }');
    await gateway.until(() => gateway.rows.size === 100);
    expect(
      await next.evaluate(
        'tracker.until(() => tracker.events.some(({ kind, sequence }) => kind === "durable" && sequence === 100))',
      ),
    ).toBe(true);
  });

  it('are reported if the browser does not take them in', async () => {
    const { gateway } = world;
    gateway.act = () => 'ignore';
    const page = await world.load('navigator.sendBeacon = () => false');
    await page.evaluate('tracker.begin(); tracker.count(0, 1)');
    await gateway.until(() => gateway.requests.length === 1);
    await page.evaluate(HIDE);
    await page.evaluate('tracker.reported("beacon")');
    expect(await page.evaluate('tracker.events.find(({ kind }) => kind === "beacon").isAccepted')).toBe(false);
    expect(await page.evaluate('tracker.keys()')).toEqual([1, 2]);
  });

  it('need no preflight at a gateway of another origin', async () => {
    const { gateway } = world;
    await using other = await ScriptedGateway.start();
    other.act = ({ isBeacon }) => (isBeacon ? 'answer' : 'ignore');
    const page = await world.open(`{ url: '${other.origin}/events' }`);
    await page.evaluate('tracker.count(0, 1)');
    await other.until(() => other.requests.length === 1);
    await page.evaluate(HIDE);
    await other.until(() => other.requests.length === 2);
    expect(other.requests.map(({ method, isBeacon }) => [method, isBeacon])).toEqual([
      ['POST', false],
      ['POST', true],
    ]);
    expect(other.values).toEqual(counted(0, 1));
    expect(gateway.requests).toEqual([]);
  });

  it('have what a page tracked while it is hidden, as soon as it is kept', async () => {
    const { gateway } = world;
    gateway.act = () => 'ignore';
    const page = await world.open();
    await page.evaluate('tracker.reported("leader")');
    await page.evaluate(`document.addEventListener('visibilitychange', () => tracker.track({ n: 0 }));${HIDE}`);
    await gateway.until(() => gateway.requests.some(({ isBeacon }) => isBeacon));
    expect(gateway.requests.find(({ isBeacon }) => isBeacon)?.events).toEqual([[1, { n: 0 }]]);
  });

  it('are not sent with headers, which they cannot have', async () => {
    const { gateway } = world;
    gateway.act = () => 'ignore';
    const page = await world.open('{ headers: ["secret"] }');
    await page.evaluate('tracker.count(0, 1)');
    await gateway.until(() => gateway.requests.length === 1);
    await page.evaluate(HIDE);
    expect(await page.evaluate('tracker.events.some(({ kind }) => kind === "beacon")')).toBe(false);
  });
});
