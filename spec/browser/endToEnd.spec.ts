import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { gatewayWorld } from '../support/gatewayWorld.ts';
import { orSkip } from '../support/optional.ts';
import { browserSpecs } from './support/browserSpecs.ts';
import { chromiumPath, launchProfile, NO_CHROMIUM } from './support/chromium.ts';
import { Site } from './support/site.ts';

describe('From pages through a gateway into a table', () => {
  const suite = gatewayWorld();
  const world = browserSpecs();
  let site: Site;
  let tracked: string[];

  beforeEach(async () => {
    tracked = [];
    site = await Site.start(suite.world);
    await site.startGateway();
  });

  afterEach(() => site?.killGateway());

  async function open(context: BrowserContext, options = ''): Promise<Page> {
    const page = await context.newPage();
    await page.goto(site.origin);
    await page.evaluate(`tracker.begin({ maxRequestEvents: 20, ${options} })`);
    return page;
  }

  async function track(page: Page, name: string): Promise<void> {
    const kinds = Array.from({ length: 50 }, (_, index) => `${name} ${index}`);
    tracked.push(...kinds);
    await page.evaluate(`tracker.track(...${JSON.stringify(kinds.map((kind) => ({ kind })))})`);
    await page.evaluate(
      `tracker.until(() => tracker.events.filter(({ kind }) => kind === 'stored').reduce((sum, { count }) => sum + count, 0) % 50 === 0)`,
    );
  }

  /** Waits until the table has more rows. */
  async function rowsArrive(): Promise<void> {
    const { activity } = suite.world.zerobus;
    const before = activity.counters.recordsAccepted;
    await activity.until(({ recordsAccepted }) => recordsAccepted > before);
  }

  /** Every event is in the table, once, and has a sequence number of its own. */
  async function expectEachOnce(page: Page): Promise<void> {
    await page.evaluate('tracker.emptied()');
    const client = (await page.evaluate(`new Promise((resolve) => {
      const opening = indexedDB.open('rxjs-zerobus /events');
      opening.onsuccess = () => {
        const queue = opening.result.transaction('queue').objectStore('queue').get(0);
        queue.onsuccess = () => resolve(queue.result.client);
      };
    })`)) as string;
    const rows = await suite.world.rows(client);
    expect(rows.map(([, kind]) => kind)).toEqual(jasmine.arrayWithExactContents(tracked));
    expect(new Set(rows.map(([sequence]) => sequence)).size).toBe(tracked.length);
    expect(rows.length).toBe(tracked.length);
  }

  it('each event arrives once, although pages are offline, reloaded and closed, and there are two of them', async () => {
    suite.world.zerobus.faults.delayAcks({ delayMs: 30 });
    const { context } = world;
    const first = await open(context);
    await track(first, 'at first');
    await context.setOffline(true);
    await track(first, 'offline');
    await context.setOffline(false);
    await rowsArrive();
    await first.reload();
    await first.evaluate('tracker.begin({ maxRequestEvents: 20 })');
    await track(first, 'after a reload');
    const second = await open(context);
    await track(second, 'in another tab');
    await rowsArrive();
    await first.close({ runBeforeUnload: true });
    await track(second, 'after a tab was closed');
    await expectEachOnce(second);
  });

  it('each event arrives once, although the gateway and the browser are killed', async () => {
    suite.world.zerobus.faults.delayAcks({ delayMs: 30 });
    const path = orSkip(chromiumPath(), NO_CHROMIUM);
    const folder = mkdtempSync(join(tmpdir(), 'zerobus-profile-'));
    let browser = await launchProfile(path, folder);
    try {
      const page = await open(browser.context);
      await track(page, 'at first');
      await rowsArrive();
      await site.killGateway();
      await track(page, 'without a gateway');
      await site.startGateway();
      await rowsArrive();
      await browser.kill();
      browser = await launchProfile(path, folder);
      await expectEachOnce(await open(browser.context, 'isSilent: true'));
    } finally {
      await browser.kill();
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    }
  });
});
