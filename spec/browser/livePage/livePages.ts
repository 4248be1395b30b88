import type { Browser, Page } from 'playwright-core';
import { startZerobusLocal, type ZerobusLocal, type ZerobusLocalOptions } from 'zerobus-local';
import { orSkip } from '../../support/optional.ts';
import { launchChromium, NO_CHROMIUM } from '../support/chromium.ts';

/** What the specs of a file share: a browser and a server that needs no tokens. */
export interface LivePages {
  readonly server: ZerobusLocal;
  /**
   * Opens a view: `tables/main.iot.readings`.
   *
   * @param expected what the page may report on its console nevertheless
   */
  open(view: string, expected?: RegExp): Promise<Page>;
  /** Inserts rows, and writes them to the Delta table. */
  insert(table: string, rows: readonly object[]): Promise<void>;
}

/** Prepares the specs of a `describe`. A page must report nothing on its console. */
export function livePages(options: ZerobusLocalOptions = {}): LivePages {
  let browser: Browser | undefined;
  let server: ZerobusLocal | undefined;
  const pages: Page[] = [];
  const problems: string[] = [];
  beforeAll(async () => {
    browser = await launchChromium();
    if (browser !== undefined) {
      server = await startZerobusLocal({ auth: false, ...options });
    }
  });
  beforeEach(() => {
    orSkip(browser, NO_CHROMIUM);
  });
  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.close()));
    expect(problems.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  const shared = {
    get server() {
      return server as ZerobusLocal;
    },
    open: async (view: string, expected?: RegExp) => {
      const page = await (browser as Browser).newPage();
      pages.push(page);
      page.on('console', (message) => {
        if (expected?.test(message.text()) !== true) {
          problems.push(message.text());
        }
      });
      page.on('pageerror', (error) => problems.push(String(error)));
      await page.goto(`${shared.server.workspaceUrl}/#/${view}`);
      return page;
    },
    insert: async (table: string, rows: readonly object[]) => {
      const { status } = await fetch(`${shared.server.workspaceUrl}/zerobus/v1/tables/${table}/insert`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(rows),
      });
      expect(status).toBe(200);
      await shared.server.flush();
    },
  };
  return shared;
}
