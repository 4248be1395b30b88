/*
 * Takes all pictures of the live page for the README: node build/spec/browser/livePage/takePictures.js
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { map, timer } from 'rxjs';
import { startZerobusLocal } from 'zerobus-local';
import { launchChromium, NO_CHROMIUM } from '../support/chromium.ts';
import { insert, readings, streamRecords, trafficTables } from './support/traffic.ts';

const USAGE = 'Usage: node build/spec/browser/livePage/takePictures.js [--folder docs/pictures] [--seconds 64]\n';

const allViews = [
  'overview',
  'tables',
  'tables/main.iot.readings',
  'query',
  'rejections',
  'faults',
  'tokens',
  'start',
] as const;

const { folder, runMs } = givenOptions();

/** What is done in a view before its picture is taken. */
const actions: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  rejections: (view) => view.locator('.rejection-line[aria-expanded=false]').first().click(),
  query: async (view) => {
    const box = view.getByLabel('One SELECT');
    await box.fill(
      "SELECT date_trunc('second', measured_at) AS second, avg(temperature) AS mean, max(temperature) AS most\n" +
        'FROM main.iot.readings\nGROUP BY ALL\nORDER BY second',
    );
    await box.press('Control+Enter');
    await view.getByRole('heading', { name: /rows$/ }).waitFor();
  },
  faults: async (view) => {
    server.faults.clear();
    server.faults.delayAcks({ delayMs: 20, table: 'main.shop.order_events' });
    await view.getByRole('form', { name: 'Duplicate acks' }).getByLabel('times').fill('5000');
    await view.getByRole('button', { name: 'Duplicate acks' }).click();
    await view.getByRole('row').filter({ hasText: 'duplicateAcks' }).waitFor();
    await view.evaluate('document.activeElement.blur(); scrollTo(0, 0)');
  },
};

const sizes = [
  ['light', 1280, 800],
  ['dark', 1280, 800],
  ['narrow', 360, 740],
] as const;

const browser = await launchChromium();
if (browser === undefined) {
  throw new Error(NO_CHROMIUM);
}
await using server = await startZerobusLocal({
  tables: trafficTables,
  auth: false,
  rotateAfterMs: 900_000,
});
mkdirSync(folder, { recursive: true });
const page = await browser.newPage();
await page.goto(server.workspaceUrl);
const orders = timer(0, 4).pipe(
  map((n) => ({ order_id: n, kind: n % 3 === 0 ? 'paid' : 'placed', amount: `${n % 90}.50` })),
);
const streams = [
  streamRecords(server, 'main.iot.readings', readings(2), 'line-1'),
  streamRecords(server, 'main.iot.readings', readings(3), 'line-2'),
  streamRecords(server, 'main.shop.order_events', orders, 'checkout/2.1'),
];
await wait(runMs / 2);
streamRecords(server, 'main.iot.reading', readings(1000), 'line-3');
await insert(server, 'main.iot.readings', '[{"device":"device-7","temperature":"warm","humidity":41}]', 'curl/8.5.0');
await insert(server, 'main.iot.readings', '[{"device":"device-9","humidity":40},{"device":"device-8"}]', 'curl/8.5.0');
await insert(
  server,
  'main.shop.order_events',
  '{"order_id":12345678901234567890,"kind":"paid","tags":[]}',
  'orders/1.4',
);
await wait(runMs / 2);
for (const view of allViews) {
  for (const [name, width, height] of sizes) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: name === 'dark' ? 'dark' : 'light' });
    await page.goto(`${server.workspaceUrl}/#/${view}`);
    await page.locator('main h1').waitFor();
    await actions[view]?.(page);
    // The curves get the size of the window with the next sample.
    await wait(1500);
    await page.screenshot({ path: join(folder, `${view.replaceAll('/', '-')}-${name}.png`) });
  }
}
for (const stream of streams) {
  stream.unsubscribe();
}
await browser.close();

/** What the command is given. An argument that it does not know ends it before anything is written. */
function givenOptions(): { readonly folder: string; readonly runMs: number } {
  try {
    const { values } = parseArgs({
      options: {
        folder: { type: 'string', default: 'docs/pictures' },
        // How long the page is open before its pictures are taken: the curves take a minute to fill.
        seconds: { type: 'string', default: '64' },
        help: { type: 'boolean' },
      },
    });
    const seconds = Number(values.seconds);
    if (values.help === true) {
      process.stdout.write(USAGE);
      process.exit(0);
    }
    if (!(seconds >= 0 && seconds <= 900)) {
      throw new Error('The seconds must be a number from 0 to 900.');
    }
    return { folder: values.folder, runMs: seconds * 1000 };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}`);
    process.exit(2);
  }
}
