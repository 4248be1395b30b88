import type { Page, Request } from 'playwright-core';
import { startZerobusLocal } from 'zerobus-local';
import { livePageSpecs, watch } from './support/livePageSpecs.ts';

describe('the live page', () => {
  const world = livePageSpecs();

  it('is what a browser gets at the workspace URL', async () => {
    const page = await world.open();

    expect(await page.title()).toBe('Overview – zerobus-local');
    await page.getByText(world.server.endpoint).first().waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
  });

  it('is used with the keyboard alone', async () => {
    const page = await world.open();

    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('Overview');
    await page.getByRole('link', { name: 'Tokens' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('h1', { hasText: 'Tokens' }).waitFor();

    expect(await focused(page)).toBe('Tokens');
    expect(await page.title()).toBe('Tokens – zerobus-local');
    expect(await page.locator('nav [aria-current=page]').textContent()).toContain('Tokens');
  });

  it('copies the addresses that clients need', async () => {
    const page = await world.open();

    await page.locator('header').getByText('Workspace URL').click();
    await page.getByText('Copied: Workspace URL.').waitFor({ state: 'attached' });

    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(world.server.workspaceUrl);
  });

  it('copies without the permission to, and keeps the focus', async () => {
    const page = await world.open();
    await page.evaluate('navigator.clipboard.writeText = () => Promise.reject(new Error("denied"))');
    const button = page.locator('header').getByText('Endpoint');

    await button.click();
    await page.getByText('Copied: Endpoint.').waitFor({ state: 'attached' });

    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(world.server.endpoint);
    expect(await page.evaluate('document.activeElement.title')).toBe(`Copy ${world.server.endpoint}`);
  });

  it('remembers the colors that were chosen', async () => {
    const page = await world.open();
    const ground = (): Promise<unknown> => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    const light = await ground();

    await page.getByRole('button', { name: /Change to light/ }).click();
    await page.getByRole('button', { name: /Change to dark/ }).click();
    await page.reload();
    await page.getByRole('button', { name: /Change to system/ }).waitFor();

    expect(await ground()).not.toBe(light);
    await page.evaluate('localStorage.clear()');
  });

  it('folds its navigation on a narrow screen, and never scrolls sideways', async () => {
    const page = await world.open();
    await page.setViewportSize({ width: 360, height: 740 });
    const views = await page.locator('nav a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));

    for (const view of views) {
      await page.getByRole('button', { name: 'Navigation' }).click();
      await page.locator(`nav a[href="${view}"]`).click();
      await page.locator('nav').waitFor({ state: 'hidden' });
      await page.locator('main h1').waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth'))
        .withContext(view ?? '')
        .toBe(360);
    }
    expect(views.length).toBeGreaterThan(2);
  });

  it('leaves its connection to others if it is not seen for long, and comes back', async () => {
    const page = await world.context.newPage();
    await page.clock.install();
    await page.goto(world.server.workspaceUrl);
    await page.getByText('Live', { exact: true }).waitFor();
    const see = (isHidden: boolean): Promise<unknown> =>
      page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));`);
    const isEvents = (request: Request): boolean => request.url().endsWith('/api/local/events');

    await see(true);
    const left = page.waitForEvent('requestfailed', isEvents);
    await page.clock.fastForward('05:01');
    await left;
    const again = page.waitForRequest(isEvents);
    await see(false);
    await again;
    await page.getByText('Live', { exact: true }).waitFor();

    expect(await page.getByText('The server is gone; trying again.').count()).toBe(0);
  });

  it('leaves its connection to others if its tab goes elsewhere, and comes back with it', async () => {
    const page = await world.open();
    // A browser keeps six connections to a server.
    for (let count = 0; count < 8; count++) {
      await page.goto('about:blank');
      await page.goto(`${world.server.workspaceUrl}/?${count}`, { timeout: 10_000 });
      await page.getByText('Live', { exact: true }).waitFor();
    }
    const show = (type: string): Promise<unknown> =>
      page.evaluate(`dispatchEvent(new PageTransitionEvent('${type}', { persisted: true }))`);

    await show('pagehide');
    await page.getByText('Connecting', { exact: true }).waitFor();
    await show('pageshow');
    await page.getByText('Live', { exact: true }).waitFor();
  });

  it('says that the server is gone, and goes on when it is back', async () => {
    const page = await world.context.newPage();
    const problems: string[] = [];
    const first = await startZerobusLocal();
    watch(page, first.workspaceUrl, problems);
    await page.goto(first.workspaceUrl);
    await page.getByText('Live', { exact: true }).waitFor();

    await first.close();
    await page.getByText('The server is gone; trying again.').waitFor();
    await using second = await startZerobusLocal({ httpPort: Number(new URL(first.workspaceUrl).port) });
    await page.getByText('The server is gone; trying again.').waitFor({ state: 'detached' });
    await page.getByText(second.endpoint).first().waitFor();
    await page.close();

    expect(second.endpoint).not.toBe(first.endpoint);
    expect(problems.filter((problem) => !problem.includes('net::ERR_'))).toEqual([]);
  });
});

function focused(page: Page): Promise<unknown> {
  return page.evaluate('document.activeElement.textContent.trim()');
}
