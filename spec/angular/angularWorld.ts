import type { Browser, BrowserContext, Page } from 'playwright-core';
import { Site } from '../../examples/angular/site.ts';
import { launchChromium, NO_CHROMIUM } from '../browser/support/chromium.ts';
import { orSkip } from '../support/optional.ts';

/** A row of the table, as far as the specs look at it. */
export interface Row {
  readonly client: string;
  readonly sequence: number;
  readonly visit: string;
  readonly number: number;
  readonly kind: string;
  readonly page: string;
  readonly detail: string | null;
}

/** What the specs share: the application with its gateway and zerobus-local, a browser, and a profile for each spec. */
export interface AngularWorld {
  readonly site: Site;
  readonly context: BrowserContext;
  /** Opens the application in a tab, and waits until it has begun. */
  open(): Promise<Page>;
  /** Returns the rows of the profile of this spec, in order. Fails if an event has more than one. */
  rows(): Promise<readonly Row[]>;
}

/** Starts all of it once for a `describe`. */
export function angularWorld(): AngularWorld {
  let browser: Browser | undefined;
  let site: Site;
  let context: BrowserContext;
  const earlier = new Set<string>();

  async function rows(): Promise<readonly Row[]> {
    const columns = ['client', 'sequence', 'visit', 'number', 'kind', 'page', 'detail'];
    const found = await site.query(`SELECT ${columns.join(', ')} FROM this ORDER BY client, sequence`);
    const all = found.map(([client, sequence, visit, number, kind, page, detail]) => ({
      client: String(client),
      sequence: Number(sequence),
      visit: String(visit),
      number: Number(number),
      kind: String(kind),
      page: String(page),
      detail: detail === null ? null : String(detail),
    }));
    expect(new Set(all.map(({ client, sequence }) => `${client}/${sequence}`)).size).toBe(all.length);
    return all.filter(({ client }) => !earlier.has(client));
  }

  beforeAll(async () => {
    [browser, site] = await Promise.all([launchChromium(), Site.start()]);
  });
  beforeEach(async () => {
    context = await orSkip(browser, NO_CHROMIUM).newContext();
  });
  afterEach(async () => {
    await context?.close();
    for (const { client } of await rows()) {
      earlier.add(client);
    }
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  return {
    get site() {
      return site;
    },
    get context() {
      return context;
    },
    open: async () => {
      const page = await context.newPage();
      await page.goto(site.address);
      await page.locator('[data-pad]').first().waitFor();
      return page;
    },
    rows,
  };
}

/** Presses pads, each with the next name. */
export async function press(page: Page, count: number): Promise<void> {
  const pads = page.locator('[data-pad]');
  for (let n = 0; n < count; n++) {
    await pads.nth(n % 8).click();
  }
}

/** Waits until the page shows this count of its events for a step. */
export async function shows(page: Page, step: 'Tracked' | 'Stored' | 'Sent' | 'Durable', count: number): Promise<void> {
  await page.locator(`[data-step=${step}]`, { hasText: new RegExp(`^${count}$`) }).waitFor();
}

/** The number of each event in its visit, for each visit in the order of its first event. */
export function numbersOfVisits(rows: readonly Row[]): readonly (readonly number[])[] {
  const visits = new Map<string, number[]>();
  for (const { visit, number } of rows) {
    visits.set(visit, [...(visits.get(visit) ?? []), number]);
  }
  return [...visits.values()];
}

/** 0 up to a count. */
export function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, number) => number);
}
