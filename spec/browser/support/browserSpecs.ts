import type { Browser, BrowserContext, Page } from 'playwright-core';
import { orSkip } from '../../support/optional.ts';
import { launchChromium, NO_CHROMIUM } from './chromium.ts';
import { ScriptedGateway } from './scriptedGateway.ts';

/** What the specs of a file share: a browser, and for each spec a gateway, whose port makes it a site of its own. */
export interface BrowserWorld {
  readonly gateway: ScriptedGateway;
  readonly context: BrowserContext;
  /** Opens a page with the tracker of `pageProgram.mjs`. A script runs before those of the page. */
  load(script?: string): Promise<Page>;
  /** Opens a page, and begins to track with these options. */
  open(begin?: string): Promise<Page>;
}

/** One browser for all specs of this process, since starting it takes longer than most of them. */
let browser: Promise<Browser | undefined> | undefined;

afterAll(async () => (await browser)?.close());

/** Prepares the specs of a `describe`. */
export function browserSpecs(): BrowserWorld {
  let context: BrowserContext | undefined;
  let keeper: Page | undefined;
  let gateway: ScriptedGateway | undefined;
  beforeEach(async () => {
    browser ??= launchChromium();
    const running = orSkip(await browser, NO_CHROMIUM);
    gateway = await ScriptedGateway.start();
    if (context === undefined) {
      context = await running.newContext();
      // Keeps the process that renders the pages, which takes longer to start than a page.
      keeper = await context.newPage();
      await keeper.goto(gateway.origin);
    }
  });
  afterEach(async () => {
    await context?.setOffline(false);
    await Promise.all((context?.pages() ?? []).filter((page) => page !== keeper).map((page) => page.close()));
    await gateway?.close();
    expect(gateway?.complaints ?? []).toEqual([]);
  });
  afterAll(() => context?.close());
  const world = {
    get gateway() {
      return gateway as ScriptedGateway;
    },
    get context() {
      return context as BrowserContext;
    },
    load: async (script?: string) => {
      const page = await world.context.newPage();
      if (script !== undefined) {
        await page.addInitScript(script);
      }
      await page.goto(`${world.gateway.origin}/`);
      return page;
    },
    open: async (begin = '{}') => {
      const page = await world.load();
      await page.evaluate(`tracker.begin(${begin})`);
      return page;
    },
  };
  return world;
}

/** `{ n }` for each number from the first up to the last. */
export function counted(first: number, last: number): readonly { readonly n: number }[] {
  return Array.from({ length: last - first + 1 }, (_, index) => ({ n: first + index }));
}
