import type { Page } from 'playwright-core';
import { insertRows } from './support/insertRows.ts';
import { livePageSpecs } from './support/livePageSpecs.ts';

describe('the query box of the live page', () => {
  const world = livePageSpecs({ tables: ['CREATE TABLE main.iot.readings (device STRING, temp INT, at TIMESTAMP)'] });
  let filled: Promise<void> | undefined;
  beforeEach(() => {
    filled ??= insertRows(
      world.server,
      'main.iot.readings',
      Array.from({ length: 12 }, (_, n) => ({ device: `d${n % 3}`, temp: n, at: n * 60_000_000 })),
    );
    return filled;
  });

  async function openQuery(sql: string): Promise<Page> {
    const page = await world.open('query');
    const box = page.getByLabel('One SELECT');
    await box.fill(sql);
    await box.press('Control+Enter');
    return page;
  }

  it('shows a result as a table', async () => {
    const page = await openQuery("SELECT temp, '<b>' AS text, NULL AS nothing FROM readings ORDER BY temp LIMIT 2");
    await page.getByRole('gridcell').first().waitFor();
    expect(await page.getByRole('gridcell').allTextContents()).toEqual(['0', '<b>', 'NULL', '1', '<b>', 'NULL']);
    await page.getByRole('heading', { name: '2 rows' }).waitFor();
    expect(await page.getByRole('button', { name: 'Lines' }).getAttribute('aria-pressed')).toBe('false');
  });

  it('shows hostile names and values as text', async () => {
    const name = '<img src=x onerror="document.title=1">';
    const page = await openQuery(
      `SELECT '${name}' AS "${name.replaceAll('"', '""')}", 'a' || chr(8238) || 'b' AS "\`x\`"`,
    );
    await page.getByRole('gridcell', { name }).waitFor();
    expect(await page.getByRole('columnheader').allTextContents()).toEqual([name, '`x`']);
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.title()).toBe('Query – zerobus-local');
  });

  it('shows categories with a number as bars, and as a table if one likes', async () => {
    const page = await openQuery('SELECT device, sum(temp) AS total FROM readings GROUP BY ALL ORDER BY device');
    const chart = page.getByRole('table', { name: 'total by device' });
    await chart.waitFor();
    expect(await chart.getByRole('rowheader').allTextContents()).toEqual(['d0', 'd1', 'd2']);
    const widths = await chart
      .locator('.bar')
      .evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect().width));
    expect([...widths].sort((one, other) => one - other)).toEqual(widths);
    expect(widths[0]).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Table' }).click();
    await page.getByRole('gridcell', { name: 'd2' }).waitFor();
  });

  it('shows numbers over time as lines', async () => {
    const page = await openQuery('SELECT "at", temp FROM main.iot.readings ORDER BY 1');
    await page.getByRole('img', { name: /^Lines: temp by at/ }).waitFor();
    const painted = await page.evaluate(`(() => {
      const canvas = document.querySelector('.line-chart canvas');
      return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0);
    })()`);
    expect(painted).toBeTrue();
    await page.getByRole('button', { name: 'Bars' }).click();
    await page.getByRole('table', { name: 'temp by at' }).waitFor();
  });

  it('says why there is no chart', async () => {
    const page = await openQuery('SELECT device FROM readings');
    await page.getByRole('button', { name: 'Lines' }).click();
    await page.getByText('Lines need a column of times or numbers, and another column of numbers.').waitFor();
    expect(await page.getByRole('heading', { name: '12 rows' }).count()).toBe(1);
  });

  it('shows what is wrong with a query', async () => {
    const page = await openQuery('SELECT tmp FROM readings');
    await page.getByRole('alert').filter({ hasText: '"temp"' }).waitFor();
    await page.getByLabel('One SELECT').fill('DROP TABLE readings');
    await page.getByRole('button', { name: 'Run' }).click();
    await page.getByRole('alert').filter({ hasNotText: '"temp"' }).filter({ hasText: 'SELECT' }).waitFor();
    expect(await page.getByRole('grid').count()).toBe(0);
    expect(world.problems.splice(0).filter((problem) => !/status of 400/.test(problem))).toEqual([]);
  });

  it('keeps its text and its result while one looks elsewhere', async () => {
    const page = await openQuery('SELECT 42 AS answer');
    await page.getByRole('gridcell', { name: '42' }).waitFor();
    await page.getByRole('link', { name: 'Tables' }).click();
    await page.getByRole('heading', { name: 'Tables' }).waitFor();
    await page.getByRole('link', { name: 'Query' }).click();
    await page.getByRole('gridcell', { name: '42' }).waitFor();
    expect(await page.getByLabel('One SELECT').inputValue()).toBe('SELECT 42 AS answer');
  });

  it('has examples for the columns of a table', async () => {
    const page = await world.open('query');
    await page.getByRole('button', { name: 'By device' }).click();
    await page.getByRole('table', { name: 'row_count by device' }).waitFor();
    await page.getByRole('button', { name: 'temp over time' }).click();
    await page.getByRole('img', { name: /^Lines: average by minute/ }).waitFor();
    expect(await page.getByLabel('One SELECT').inputValue()).toContain('avg(temp)');
  });
});
