/*
 * Takes the pictures of the live page for the README: node build/spec/browser/livePage/takePictures.js [folder] [views]
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { map, timer } from 'rxjs';
import { startZerobusLocal } from 'zerobus-local';
import { launchChromium, NO_CHROMIUM } from '../support/chromium.ts';
import { insert, readings, streamRecords, trafficTables } from './support/traffic.ts';

const [
  folder = 'docs/pictures',
  views = 'overview,tables,tables/main.iot.readings,query,rejections,faults,tokens,start',
] = process.argv.slice(2);

/** How long a page is open before its picture is taken: the curves take a minute to fill. */
const RUN_MS = Number(process.env['PICTURE_SECONDS'] ?? 64) * 1000;

const sizes = [
  ['light', 1280, 800],
  ['dark', 1280, 800],
  ['narrow', 360, 740],
] as const;

/** What is done in a view before its picture is taken. */
const steps: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  rejections: async (page) => {
    if ((await page.locator('.rejection.open').count()) === 0) {
      await page.locator('.rejection-line').first().click();
    }
  },
  query: async (page) => {
    await page.getByRole('button', { name: 'By device' }).click();
    await page.getByRole('button', { name: 'Run' }).click();
  },
};

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
await wait(RUN_MS / 2);
streamRecords(server, 'main.iot.reading', readings(1000), 'line-3');
await insert(server, 'main.iot.readings', '[{"device":"device-7","temperature":"warm","humidity":41}]', 'curl/8.5.0');
await insert(server, 'main.iot.readings', '[{"device":"device-9","humidity":40},{"device":"device-8"}]', 'curl/8.5.0');
await insert(
  server,
  'main.shop.order_events',
  '{"order_id":12345678901234567890,"kind":"paid","tags":[]}',
  'orders/1.4',
);
await wait(RUN_MS / 2);
for (const view of views.split(',')) {
  for (const [name, width, height] of sizes) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: name === 'dark' ? 'dark' : 'light' });
    await page.goto(`${server.workspaceUrl}/#/${view}`);
    await page.locator('main h1').waitFor();
    await steps[view]?.(page);
    // The curves get the size of the window with the next sample.
    await wait(1500);
    await page.screenshot({ path: join(folder, `${view.replaceAll('/', '-')}-${name}.png`) });
  }
}
for (const stream of streams) {
  stream.unsubscribe();
}
await browser.close();
