import type { Page } from 'playwright-core';
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
    expect(await lines.count()).toBe(2);
    expect(await lines.first().textContent()).toContain('main.shop.order_events');

    await page.getByRole('searchbox').fill('SECOND/1');
    expect(await shown(page)).toEqual(['main.shop.order_events']);
    await page.getByRole('searchbox').fill('');
    await page.getByLabel('Table').selectOption('main.iot.readings');
    expect(await shown(page)).toEqual(['main.iot.readings']);
    await page.getByRole('button', { name: 'Copy as JSON' }).first().click();
    await page.getByText('Copied: The rejections.').waitFor({ state: 'attached' });

    const all = (await (await fetch(`${world.server.workspaceUrl}/api/local/rejections`)).json()) as {
      tableName: string;
    }[];
    const copied = JSON.parse((await page.evaluate('navigator.clipboard.readText()')) as string) as unknown;
    expect(copied).toEqual(all.filter(({ tableName }) => tableName === 'main.iot.readings'));

    await page.getByRole('searchbox').fill('nothing has this');
    await page.getByRole('button', { name: 'Show all' }).click();
    expect(await lines.count()).toBe(2);
    // A parser would have rounded it.
    await lines.first().click();
    await page.getByText('"order_id": 12345678901234567890').waitFor();
  });
});

async function shown(page: Page): Promise<string[]> {
  await page.getByText('1 rejection', { exact: true }).waitFor();
  return page.locator('.rejection-line .table-name').allTextContents();
}
