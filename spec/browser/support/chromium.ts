import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';

/** Options of every browser. Some keep it from talking to its vendor. */
const options = {
  headless: true,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-proxy-server',
  ],
};

/** Why specs are skipped without a browser. */
export const NO_CHROMIUM = 'There is no Chromium: install it, or set CHROMIUM_PATH.';

/** The path of Chromium: that of `CHROMIUM_PATH`, or the first one on the path. `undefined` if there is none. */
export function chromiumPath(): string | undefined {
  const { CHROMIUM_PATH: given, PATH = '' } = process.env;
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
  const places = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return [...(given === undefined ? places : [given])].find((path) => existsSync(path));
}

/** Starts a browser, if there is one. */
export async function launchChromium(): Promise<Browser | undefined> {
  const executablePath = chromiumPath();
  return executablePath === undefined ? undefined : chromium.launch({ ...options, executablePath });
}

/** Starts a browser with a profile in a folder. */
export function launchProfile(executablePath: string, folder: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, { ...options, executablePath });
}
