import type { Locator, Page } from 'playwright-core';
import { livePageSpecs } from './support/livePageSpecs.ts';
import { insert } from './support/traffic.ts';

describe('the rejections of the live page', () => {
  const world = livePageSpecs();

  it('appear while one watches, are found, and are copied as JSON', async () => {
    const page = await world.open('rejections');
    await page.getByText('No record was refused').waitFor();

    await insert(world.server, 'main.iot.readings', '[{"device":"one","temperature":"warm"}]', 'first/1');
    const lines = page.locator('.rejection-line');
    await lines.first().click();
    await page.getByText('"temperature": "warm"').waitFor();
    await page.getByText('first/1').waitFor();

    // Later ones wait while one is read.
    await insert(world.server, 'main.shop.order_events', '{"order_id":12345678901234567890}', 'second/1');
    await page.getByRole('button', { name: 'Show 1 new rejection' }).click();
    await lines.nth(1).waitFor();
    expect(await lines.first().textContent()).toContain('main.shop.order_events');

    await page.getByRole('searchbox').fill('SECOND/1');
    await only(page, 'main.shop.order_events').waitFor();
    // Both in one turn: the second comes before the page shows the first.
    await page.evaluate(`(() => {
      const change = (selector, value, type) => {
        const field = document.querySelector(selector);
        field.value = value;
        field.dispatchEvent(new Event(type, { bubbles: true }));
      };
      change('input[type=search]', '', 'input');
      change('select[aria-label=Table]', 'main.iot.readings', 'change');
    })()`);
    await only(page, 'main.iot.readings').waitFor();
    await page.getByRole('button', { name: 'Copy as JSON' }).first().click();
    await page.getByText('Copied: The rejections.').waitFor({ state: 'attached' });

    const all = (await (await fetch(`${world.server.workspaceUrl}/api/local/rejections`)).json()) as {
      tableName: string;
    }[];
    const copied = JSON.parse((await page.evaluate('navigator.clipboard.readText()')) as string) as unknown;
    expect(copied).toEqual(all.filter(({ tableName }) => tableName === 'main.iot.readings'));

    await page.getByRole('searchbox').fill('nothing has this');
    await page.getByRole('button', { name: 'Show all' }).click();
    await lines.nth(1).waitFor();
    // A parser would have rounded it.
    await lines.first().click();
    await page.getByText('"order_id": 12345678901234567890').waitFor();
  });
});

/** The table of a rejection without others beside it. */
function only(page: Page, table: string): Locator {
  return page.locator('.rejection:only-child .table-name', { hasText: table });
}
