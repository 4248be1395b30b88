import { insertRows } from './support/insertRows.ts';
import { livePageSpecs } from './support/livePageSpecs.ts';
import { insert } from './support/traffic.ts';

const HOSTILE = '<img src=x onerror="document.title=\'run\'">';

describe('tables on the live page', () => {
  const wideColumns = Array.from({ length: 300 }, (_, index) => `column_${index} INT`).join(', ');
  const world = livePageSpecs({
    tables: [
      'CREATE TABLE main.iot.watched (device STRING, temp INT)',
      'CREATE TABLE main.iot.paused (device STRING, temp INT)',
      'CREATE TABLE main.iot.filtered (device STRING, temp INT)',
      'CREATE TABLE main.iot.committed (device STRING, temp INT)',
      `CREATE TABLE main.iot.hostile (
        device STRING COMMENT '${HOSTILE.replaceAll("'", "\\'")}',
        other STRING,
        whole BIGINT, part DOUBLE, bytes BINARY, tags MAP<STRING, STRING>, any VARIANT
      )`,
      `CREATE TABLE main.iot.wide (${wideColumns})`,
    ],
  });

  it('show rows as they arrive', async () => {
    const page = await world.open('tables/main.iot.watched');
    await page.getByText('No rows yet').waitFor();
    await insert(world.server, 'main.iot.watched', '[{"device":"zeroth","temp":0}]');
    await page.getByText('1 row arrived, and will be soon.').waitFor();
    await insertRows(world.server, 'main.iot.watched', [{ device: 'first', temp: 1 }]);
    await page.getByRole('gridcell', { name: 'first' }).waitFor();
    await insertRows(world.server, 'main.iot.watched', [{ device: 'second', temp: 2 }, { temp: 3 }]);
    await page.getByRole('gridcell', { name: 'second' }).waitFor();

    const grid = page.getByRole('grid', { name: 'Rows of main.iot.watched, newest first' });
    expect(await grid.getAttribute('aria-rowcount')).toBe('5');
    expect(await grid.getByRole('gridcell').allTextContents()).toEqual([
      'NULL',
      '3',
      'second',
      '2',
      'first',
      '1',
      'zeroth',
      '0',
    ]);
    expect(await grid.getByRole('columnheader').allTextContents()).toEqual(['device', 'temp']);
  });

  it('hold rows back while they are paused, and say how many wait', async () => {
    await insertRows(world.server, 'main.iot.paused', [{ device: 'before', temp: 1 }]);
    const page = await world.open('tables/main.iot.paused');
    await page.getByRole('gridcell', { name: 'before' }).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await insertRows(world.server, 'main.iot.paused', [
      { device: 'after', temp: 2 },
      { device: 'after', temp: 3 },
    ]);
    const waiting = page.getByRole('button', { name: 'Show 2 new rows' });
    await waiting.waitFor();
    expect(await page.getByRole('gridcell').allTextContents()).toEqual(['before', '1']);
    await waiting.click();
    await page.getByRole('gridcell', { name: 'after' }).first().waitFor();
    await page.getByRole('button', { name: 'Go live' }).click();
    await insertRows(world.server, 'main.iot.paused', [{ device: 'live again', temp: 4 }]);
    await page.getByRole('gridcell', { name: 'live again' }).waitFor();
    expect(await page.getByRole('gridcell').count()).toBe(8);
  });

  it('are held while a value is chosen by keys, and show all of it', async () => {
    const long = `${'word '.repeat(200)}end`;
    await insertRows(world.server, 'main.iot.filtered', [{ device: long, temp: 7 }]);
    const page = await world.open('tables/main.iot.filtered');
    await page.getByRole('gridcell').first().waitFor();
    const grid = page.getByRole('grid');
    await grid.focus();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('region', { name: 'The chosen value' }).waitFor();

    expect(await page.locator('.chosen-value pre').textContent()).toBe(long);
    const chosen = page.locator(`#${await grid.getAttribute('aria-activedescendant')}`);
    expect((await chosen.textContent())?.length).toBeLessThan(long.length);
    expect(await chosen.getAttribute('aria-selected')).toBe('true');
    await page.getByText('Held while you look').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('region', { name: 'The chosen value' }).waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.role')).toBe('grid');
  });

  it('are filtered by a column', async () => {
    await insertRows(world.server, 'main.iot.filtered', [
      { device: 'red lamp', temp: 1 },
      { device: 'blue lamp', temp: 22 },
    ]);
    const page = await world.open('tables/main.iot.filtered');
    await page.getByRole('gridcell', { name: 'red lamp' }).waitFor();
    await page.getByPlaceholder('contains…').fill('BLUE');
    await page.getByRole('gridcell', { name: 'red lamp' }).waitFor({ state: 'detached' });
    expect(await page.getByRole('gridcell').allTextContents()).toEqual(['blue lamp', '22']);
    await page.getByPlaceholder('contains…').fill('green');
    await page.getByText('No such rows').waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('filter-text');
  });

  it('show the commits of the Delta log as they are made', async () => {
    const page = await world.open('tables/main.iot.committed/commits');
    const rows = page.getByRole('row');
    await rows.filter({ hasText: 'CREATE TABLE' }).waitFor();
    await insertRows(world.server, 'main.iot.committed', [{ temp: 1 }, { temp: 2 }]);
    await rows.filter({ hasText: '+2' }).waitFor();
    const [version, , operation, added, files] = await rows.nth(1).locator('th, td').allTextContents();
    expect([version, operation, added, files]).toEqual(['1', 'WRITE', '+2', '+1']);
    await page.getByRole('tab', { name: 'Commits' }).press('ArrowRight');
    await page.getByText('delta_scan(').waitFor();
    expect(new URL(page.url()).hash).toBe('#/tables/main.iot.committed/read');
    await page.getByRole('tab', { name: 'Read it' }).press('ArrowRight');
    await page.getByText('CREATE TABLE main.iot.committed').waitFor();
  });

  it('show hostile names and values as text', async () => {
    await insertRows(world.server, 'main.iot.hostile', [
      {
        device: HOSTILE,
        other: '\u202Eright to left',
        whole: 9007199254740991,
        part: 0.5,
        bytes: 'PGI+',
        tags: { [HOSTILE]: HOSTILE },
        any: JSON.stringify({ [HOSTILE]: HOSTILE }),
      },
    ]);
    const page = await world.open('tables/main.iot.hostile');
    await page.getByRole('gridcell', { name: HOSTILE, exact: true }).waitFor();
    await page.getByRole('tab', { name: 'Columns' }).click();
    await page.getByRole('rowheader', { name: 'other' }).waitFor();
    await page.getByText(HOSTILE).waitFor();
    await page.getByRole('tab', { name: 'DDL' }).click();
    await page.getByText(HOSTILE.slice(0, 10)).waitFor();

    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.title()).toBe('main.iot.hostile – zerobus-local');
  });

  it('hold only the columns in sight of many', async () => {
    await insertRows(world.server, 'main.iot.wide', [
      Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`column_${n}`, n])),
    ]);
    const page = await world.open('tables/main.iot.wide');
    const cells = page.getByRole('gridcell');
    await cells.first().waitFor();
    const count = await cells.count();
    expect(count).toBeLessThan(40);
    expect(await page.getByRole('grid').getAttribute('aria-colcount')).toBe('300');
    await page.getByRole('grid').press('End');
    await page.getByRole('gridcell', { name: '299', exact: true }).waitFor();
    expect(await cells.count()).toBeLessThan(40);
  });
});
