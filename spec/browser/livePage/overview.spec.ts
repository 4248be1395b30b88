import { livePageSpecs } from './support/livePageSpecs.ts';
import { readings, streamRecords } from './support/traffic.ts';

/** What the first curve looks like. */
const FIRST_CURVE = "document.querySelector('canvas').toDataURL()";

describe('the overview of the live page', () => {
  const world = livePageSpecs();

  it('leads to the first steps, and moves as soon as a client streams', async () => {
    const page = await world.open();
    await page.getByRole('link', { name: 'Getting started' }).last().waitFor();
    await page.getByText('No stream is open.').waitFor();
    const before = await page.evaluate(FIRST_CURVE);

    const stream = streamRecords(world.server, 'main.iot.readings', readings(5), 'a-sensor');
    await page.locator('tr', { hasText: 'a-sensor' }).waitFor();
    await page
      .locator('.curve-card', { hasText: 'Records per second' })
      .locator('.now', { hasText: /[1-9]/ })
      .waitFor();
    await page.evaluate(`new Promise((resolve) => {
      const look = () => (${FIRST_CURVE} === ${JSON.stringify(before)} ? requestAnimationFrame(look) : resolve());
      look();
    })`);
    await page.locator('.totals', { hasText: /Records accepted\s*[1-9]/ }).waitFor();
    const row = page.locator('tr', { hasText: 'a-sensor' });

    expect(await row.locator('th').textContent()).toContain('main.iot.readings');
    expect(await row.textContent()).toMatch(/127\.0\.0\.1:\d+/);
    expect(await page.getByText('Nothing has arrived since the start').count()).toBe(0);

    stream.unsubscribe();
    await page.getByText('No stream is open.').waitFor();
  });

  it('shows the values of the time that the pointer is at', async () => {
    const page = await world.open();
    await page.getByText('now', { exact: true }).waitFor();
    await page.locator('.peak', { hasText: /\d/ }).first().waitFor();

    const box = await page.locator('.u-over').first().boundingBox();
    await page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) - 1, (box?.y ?? 0) + 20);

    await page.getByText(/^at \d\d:\d\d:\d\d$/).waitFor();
    await page.mouse.move(0, 0);
    await page.getByText('now', { exact: true }).waitFor();
    await page.getByRole('group', { name: /^Curves/ }).focus();
    await page.keyboard.press('End');
    await page.getByText(/^at \d\d:\d\d:\d\d$/).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('now', { exact: true }).waitFor();
  });

  it('says in words what was refused', async () => {
    const page = await world.open();

    streamRecords(world.server, 'main.iot.no_such_table', readings(1000), 'a-stranger');
    const row = page
      .getByRole('region', { name: 'Last refusals' })
      .locator('tr', { hasText: 'main.iot.no_such_table' });
    await row.first().waitFor();

    expect(await row.first().textContent()).toContain('refused');
  });

  it('keeps everything in its place when values arrive', async () => {
    const page = await world.open();
    await page.locator('.peak', { hasText: /\d/ }).first().waitFor();

    const shift = await page.evaluate(`new Promise((resolve) => {
      let sum = 0;
      const observer = new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => (sum += value)));
      observer.observe({ type: 'layout-shift', buffered: true });
      requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(sum))));
    })`);

    expect(shift).toBeLessThan(0.01);
  });

  it('describes each curve in words', async () => {
    const page = await world.open();
    await page.locator('canvas').first().waitFor();

    const labels = await page.getByRole('img').evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')));

    expect(labels.filter((label) => / in the time shown\.$/.test(label ?? '')).length).toBe(6);
  });
});
