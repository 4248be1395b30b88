import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startZerobusLocal, type ZerobusLocal, type ZerobusLocalOptions } from 'zerobus-local';
import { orSkip } from '../../../support/optional.ts';
import { launchChromium, NO_CHROMIUM } from '../../support/chromium.ts';
import { trafficTables } from './traffic.ts';

/** What the specs of a `describe` share: a server with tables, and a browser. */
export interface LivePageWorld {
  readonly server: ZerobusLocal;
  readonly context: BrowserContext;
  /** What pages have complained of: errors, violations of the policy, dialogs, requests to elsewhere. */
  readonly problems: string[];
  /** Opens a view: `overview`. */
  open(view?: string): Promise<Page>;
}

/** One browser for all specs of this process. */
let browser: Promise<Browser | undefined> | undefined;

afterAll(async () => (await browser)?.close());

/**
 * Prepares the specs of a `describe`. A page that complains fails its spec.
 *
 * @param options of the server. Without tables, it has those of the traffic
 */
export function livePageSpecs(options: ZerobusLocalOptions = {}): LivePageWorld {
  let context: BrowserContext | undefined;
  let server: ZerobusLocal | undefined;
  const problems: string[] = [];
  beforeEach(async () => {
    browser ??= launchChromium();
    const running = orSkip(await browser, NO_CHROMIUM);
    server ??= await startZerobusLocal({ tables: trafficTables, auth: false, ...options });
    context ??= await running.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  });
  afterEach(async () => {
    await Promise.all((context?.pages() ?? []).map((page) => page.close()));
    expect(problems.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await context?.close();
    await server?.close();
  });
  const world: LivePageWorld = {
    get server() {
      return server as ZerobusLocal;
    },
    get context() {
      return context as BrowserContext;
    },
    problems,
    open: async (view = 'overview') => {
      const page = await world.context.newPage();
      watch(page, world.server.workspaceUrl, problems);
      await page.goto(`${world.server.workspaceUrl}/#/${view}`);
      await page.locator('main h1').waitFor();
      return page;
    },
  };
  return world;
}

/** Notes what a page should not do. */
export function watch(page: Page, origin: string, problems: string[]): void {
  page.on('console', (message) => problems.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const { origin: goal, pathname } = new URL(request.url());
    if (goal !== origin || !/^\/($|page\/|api\/local\/)/.test(pathname)) {
      problems.push(`request: ${request.url()}`);
    }
  });
}
