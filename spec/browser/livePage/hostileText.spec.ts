import { livePageSpecs } from './support/livePageSpecs.ts';
import { insert, readings, streamRecords } from './support/traffic.ts';

/** It has no place to break, either. */
const HOSTILE = `<img/src=x/onerror=alert(1)>${'x'.repeat(200)}`;

/** What can be scrolled only with a pointer. */
const STUCK = `[...document.querySelectorAll('.table-scroll')]
  .filter((each) => each.scrollWidth > each.clientWidth && each.tabIndex < 0 && !each.querySelector('a, button'))
  .map((each) => each.textContent.trim().slice(0, 20))`;

describe('hostile text on the live page', () => {
  const world = livePageSpecs();

  it('stays text in user agents, tables, records, reasons and addresses', async () => {
    const page = await world.open(encodeURIComponent(HOSTILE));
    const stream = streamRecords(world.server, 'main.iot.readings', readings(50), HOSTILE);
    const record = JSON.stringify([{ [HOSTILE]: HOSTILE, device: HOSTILE, temperature: HOSTILE }]);
    await insert(world.server, 'main.iot.readings', record, HOSTILE);
    await insert(world.server, encodeURIComponent(`main.iot.${HOSTILE}`), record, HOSTILE);
    const isFitting = async (): Promise<boolean> => {
      await page.setViewportSize({ width: 360, height: 740 });
      return (await page.evaluate('document.documentElement.scrollWidth')) === 360;
    };
    const elements = (): Promise<number> => page.locator('img, script, iframe, object').count();

    await page.getByRole('region', { name: 'Open streams' }).getByText(HOSTILE).first().waitFor();
    await page.getByRole('region', { name: 'Last refusals' }).getByText(HOSTILE).first().waitFor();
    const own = await elements();
    expect(await isFitting()).toBe(true);

    await page.goto(`${world.server.workspaceUrl}/#/rejections`);
    await page.locator('.rejection-line').first().click();
    await page.locator('pre', { hasText: HOSTILE }).waitFor();
    expect(await elements()).toBe(own);
    expect(await isFitting()).toBe(true);

    await page.goto(`${world.server.workspaceUrl}/#/tokens`);
    await page.locator('tbody', { hasText: HOSTILE }).waitFor();
    expect(await elements()).toBe(own);
    expect(await isFitting()).toBe(true);
    // The picture of the header, and the program.
    expect(own).toBe(2);
    stream.unsubscribe();
  });
});

describe('the longest names on the live page', () => {
  const table = `main.iot.${'t'.repeat(255)}`;
  const world = livePageSpecs({ tables: [`CREATE TABLE ${table} (${'c'.repeat(255)} STRING)`] });

  it('never make it scroll sideways, and all that scrolls in it does so by keys', async () => {
    const parts = ['', '/columns', '/commits', '/read', '/ddl'];
    const views = ['tables', ...parts.map((part) => `tables/${table}${part}`), `query/${table}`, `start/${table}`];
    await insert(world.server, table, `[{"${'c'.repeat(255)}":"${'v'.repeat(2000)}"}]`);
    await world.server.flush();
    const page = await world.open('tables');
    for (const view of views) {
      await page.goto(`${world.server.workspaceUrl}/#/${view}`);
      await page.locator('main', { hasText: 'ttttt' }).waitFor();
      await page.locator('.skeleton').first().waitFor({ state: 'detached' });
      for (const width of [360, 1280]) {
        await page.setViewportSize({ width, height: 740 });
        expect(await page.evaluate('document.documentElement.scrollWidth'))
          .withContext(view)
          .toBe(width);
        expect(await page.evaluate(STUCK))
          .withContext(view)
          .toEqual([]);
      }
    }
  });
});
