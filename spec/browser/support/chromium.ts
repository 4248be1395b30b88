import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';

/** Options of every browser. Some keep it from talking to its vendor. */
const options = {
  headless: true,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-software-rasterizer',
    '--process-per-site',
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
  // Users have the back/forward cache.
  const ignoreDefaultArgs = ['--disable-back-forward-cache'];
  return executablePath === undefined ? undefined : chromium.launch({ ...options, executablePath, ignoreDefaultArgs });
}

/** A browser with a profile that outlives it. */
export interface ProfileBrowser {
  readonly context: BrowserContext;
  /** Ends all of its processes with SIGKILL, and resolves when they are gone. */
  kill(): Promise<void>;
}

/** Starts a browser with a profile in a folder, as a process that can be killed. */
export async function launchProfile(executablePath: string, folder: string): Promise<ProfileBrowser> {
  const child = spawn(
    executablePath,
    ['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${folder}`, ...options.args],
    { detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const gone = once(child, 'close');
  const address = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const [, url] = /DevTools listening on (ws:\S+)/.exec(text) ?? [];
      if (url !== undefined) {
        resolve(url);
      }
    });
    child.on('error', reject);
    child.on('close', () => reject(new Error(`Chromium has ended: ${text}`)));
  });
  const browser = await chromium.connectOverCDP(address);
  const [context] = browser.contexts();
  if (child.pid === undefined || context === undefined) {
    throw new Error('Chromium has no context.');
  }
  const { pid } = child;
  return {
    context,
    kill: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        process.kill(-pid, 'SIGKILL');
      }
      await gone;
      await browser.close();
    },
  };
}
