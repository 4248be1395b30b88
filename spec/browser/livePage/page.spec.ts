import type { Browser } from 'playwright-core';
import { startZerobusLocal } from 'zerobus-local';
import { orSkip } from '../../support/optional.ts';
import { launchChromium, NO_CHROMIUM } from '../support/chromium.ts';

describe('the live page', () => {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  it('is what a browser gets at the workspace URL', async () => {
    const running = orSkip(browser, NO_CHROMIUM);
    await using zerobus = await startZerobusLocal();
    const page = await running.newPage();
    const problems: string[] = [];
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(String(error)));

    await page.goto(zerobus.workspaceUrl);
    await page.getByText(zerobus.endpoint).waitFor();

    expect(await page.title()).toBe('Overview – zerobus-local');
    expect(problems).toEqual([]);
    await page.close();
  });
});
