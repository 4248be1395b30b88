import type { Page } from 'playwright-core';
import { livePageSpecs } from './support/livePageSpecs.ts';
import { readings, streamRecords } from './support/traffic.ts';

const HOUR_MS = 3_600_000;

describe('the live page, if the server or the way to it is not as usual', () => {
  const world = livePageSpecs();

  /** A page whose requests other than that for events are answered by a function. */
  async function openWith(view: string, answer: Parameters<Page['route']>[1]): Promise<Page> {
    const page = await world.context.newPage();
    await page.route(/\/api\/local\/(?!events|server)/, answer);
    await page.goto(`${world.server.workspaceUrl}/#/${view}`);
    await page.locator('main h1').waitFor();
    return page;
  }

  it('shows the overview while records stream, also if each answer takes longer than the time between two', async () => {
    const stream = streamRecords(world.server, 'main.iot.readings', readings(5));
    const page = await openWith('overview', async (route) => {
      const { recordsAccepted } = world.server.activity.counters;
      await world.server.activity.until((counters) => counters.recordsAccepted >= recordsAccepted + 600);
      await route.continue().catch(() => undefined);
    });

    await page.locator('.totals', { hasText: /Records accepted\s*[1-9]/ }).waitFor({ timeout: 10_000 });

    stream.unsubscribe();
  });

  it('says in words what a refusal without words means, and reads again', async () => {
    const page = await openWith('tables', (route) => route.fulfill({ status: 504, body: '<html>Gateway</html>' }));
    await page.getByText('The answer is 504 (Gateway Timeout). Is there a proxy before zerobus-local?').waitFor();

    await page.unroute(/\/api\/local\/(?!events|server)/);
    await page.getByRole('button', { name: 'Try again' }).click();

    await page.getByRole('link', { name: 'main.iot.readings' }).waitFor();
  });

  it('does not say of a server that refuses to answer that it is gone', async () => {
    const page = await world.context.newPage();
    await page.route(/\/api\/local\//, (route) => route.fulfill({ status: 403, body: '' }));
    await page.goto(world.server.workspaceUrl);

    await page.getByText('The answer is 403 (Forbidden).').waitFor();
    await page.getByText('The server sends no events; trying again.').waitFor();
  });

  for (const aheadMs of [-HOUR_MS, HOUR_MS]) {
    it(`shows ages by the clock of the server, if that of the browser is off by ${aheadMs} ms`, async () => {
      const stream = streamRecords(world.server, 'main.iot.readings', readings(50), 'a-sensor');
      const page = await world.context.newPage();
      await page.clock.install({ time: Date.now() + aheadMs });
      await page.goto(world.server.workspaceUrl);

      const age = page.locator('tr', { hasText: 'a-sensor' }).locator('[data-label=Age]');
      await age.filter({ hasText: /^[1-9]\d? s$/ }).waitFor();
      await page.locator('.heading', { hasText: /Running for [1-9]\d? s/ }).waitFor();

      stream.unsubscribe();
    });
  }
});
