import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** Presses some pads in a headless Chromium, throws an error, and waits until all is durable. */
export async function checkInBrowser(address: string): Promise<void> {
  const { CHROMIUM_PATH: given, PATH = '' } = process.env;
  const places = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const executablePath = (given === undefined ? places : [given]).find((path) => existsSync(path));
  if (executablePath === undefined) {
    throw new Error('There is no Chromium: install it, or set CHROMIUM_PATH.');
  }
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--no-proxy-server'] });
  try {
    const page = await browser.newPage();
    await page.goto(address);
    for (const name of ['Oak', 'Elm', 'Oak']) {
      await page.locator(`[data-pad=${name}]`).click();
    }
    await page.getByText('Throw an error').click();
    await page.getByText('Journal').click();
    await page.getByText('Every event of this page is durable.').waitFor();
  } finally {
    await browser.close();
  }
}
