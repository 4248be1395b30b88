import type { Browser, BrowserContext, Page } from 'playwright-core';
import { orSkip } from '../../support/optional.ts';
import { launchChromium, NO_CHROMIUM } from './chromium.ts';
import { ScriptedGateway } from './scriptedGateway.ts';

/** What the specs of a file share: a browser, and for each spec a gateway and a context of its own. */
export interface BrowserWorld {
  readonly gateway: ScriptedGateway;
  readonly context: BrowserContext;
  /** Opens a page with the tracker of `pageProgram.mjs`, and begins to track. */
  open(begin?: string | undefined, origin?: string): Promise<Page>;
}

/** Keeps one browser for all specs of a `describe`. */
export function browserSpecs(): BrowserWorld {
  let browser: Browser | undefined;
  let gateway: ScriptedGateway;
  let context: BrowserContext;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  beforeEach(async () => {
    const running = orSkip(browser, NO_CHROMIUM);
    gateway = await ScriptedGateway.start();
    context = await running.newContext();
  });
  afterEach(async () => {
    await context?.close();
    await gateway?.close();
    expect(gateway?.complaints ?? []).toEqual([]);
  });
  afterAll(() => browser?.close());
  return {
    get gateway() {
      return gateway;
    },
    get context() {
      return context;
    },
    open: async (begin = '{}', origin = gateway.origin) => {
      const page = await context.newPage();
      await page.goto(`${origin}/`);
      await page.evaluate(`tracker.begin(${begin})`);
      return page;
    },
  };
}

/** `{ n }` for each number from the first up to the last. */
export function counted(first: number, last: number): readonly { readonly n: number }[] {
  return Array.from({ length: last - first + 1 }, (_, index) => ({ n: first + index }));
}
