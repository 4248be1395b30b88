import type { Page } from 'playwright-core';
import { insertRows } from './support/insertRows.ts';
import { livePageSpecs } from './support/livePageSpecs.ts';

const COUNT = 100_000;
const TABLE = 'main.iot.many';

/** More elements than a window of 800 pixels holds, with the spare ones around it. */
const MOST_ROWS = 60;
/** What is added to a page in a frame, if all of its rows are other ones. */
const MOST_ADDED = MOST_ROWS * 8;

describe('100,000 rows on the live page', () => {
  const world = livePageSpecs({ tables: [`CREATE TABLE ${TABLE} (n INT, device STRING, temp DOUBLE)`] });
  const last = { name: String(COUNT - 1), exact: true };
  const first = { name: '0', exact: true };
  let filled: Promise<void> | undefined;
  beforeEach(() => {
    filled ??= insertRows(
      world.server,
      TABLE,
      Array.from({ length: COUNT }, (_, n) => ({ n, device: `device-${n % 240}`, temp: n / 7 })),
    );
    return filled;
  });

  it('of a table are loaded as one scrolls to the oldest', async () => {
    let requests = 0;
    const page = await world.open(`tables/${TABLE}`);
    page.on('request', (request) => {
      requests += /\/rows\?/.test(request.url()) ? 1 : 0;
    });
    const grid = page.getByRole('grid');
    await page.getByRole('gridcell', last).waitFor();
    expect(await grid.getAttribute('aria-rowcount')).toBe(String(COUNT + 1));
    await countAdded(page);

    const { frames, most } = await scroll(
      page,
      () => '1',
      `document.querySelector('main').textContent.includes('100,000 rows, all there are.')`,
    );
    await page.getByRole('gridcell', first).first().waitFor();
    expect(most).toBeLessThan(MOST_ROWS);
    // A thousand rows each.
    expect(requests).toBeLessThanOrEqual(COUNT / 1000 + 1);
    expect(await addedElements(page)).toBeLessThan(frames * MOST_ADDED);
    expect(await page.locator('*').count()).toBeLessThan(800);
  }, 60_000);

  it('of a result are scrolled through with the elements of a window', async () => {
    const page = await world.open('query');
    const box = page.getByLabel('One SELECT');
    await box.fill(`SELECT * FROM ${TABLE} ORDER BY n`);
    await box.press('Control+Enter');
    await page.getByRole('heading', { name: '100,000 rows' }).waitFor();
    await page.getByRole('button', { name: 'Table' }).click();
    const grid = page.getByRole('grid');
    await countAdded(page);
    const { frames, most } = await scroll(page, (frame) => `${frame} / 100`, 'frames === 101');
    await page.getByRole('gridcell', last).waitFor();
    expect(await grid.getAttribute('aria-rowcount')).toBe(String(COUNT + 1));
    expect(most).toBeLessThan(MOST_ROWS);
    expect(await addedElements(page)).toBeLessThan(frames * MOST_ADDED);

    await grid.press('Control+Home');
    await page.getByRole('gridcell', first).first().waitFor();
    await grid.press('Control+End');
    await page.getByRole('gridcell', last).waitFor();
    expect(await page.locator('.chosen-value pre').textContent()).toBe(String((COUNT - 1) / 7));
  });
});

/**
 * Scrolls the grid, once a frame, and ends at its last row.
 *
 * @param part returns how far it is scrolled in a frame, from 0 to 1, as a script
 * @param isDone whether that is all, as a script
 * @returns the frames that it took, and the most rows that were in the document
 */
function scroll(
  page: Page,
  part: (frame: string) => string,
  isDone: string,
): Promise<{ readonly frames: number; readonly most: number }> {
  return page.evaluate(`(async () => {
    const grid = document.querySelector('[role=grid]');
    let frames = 0;
    let most = 0;
    while (!(${isDone})) {
      grid.scrollTop = grid.scrollHeight * ${part('frames')};
      await new Promise(requestAnimationFrame);
      frames++;
      most = Math.max(most, grid.querySelectorAll('[role=row]').length);
    }
    grid.scrollTop = grid.scrollHeight;
    return { frames, most };
  })()`);
}

/** Counts the elements that are added to a page from now on. */
function countAdded(page: Page): Promise<unknown> {
  return page.evaluate(`{
    window.added = 0;
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) {
        window.added += addedNodes.length;
      }
    }).observe(document.body, { childList: true, subtree: true });
  }`);
}

function addedElements(page: Page): Promise<number> {
  return page.evaluate('window.added');
}
