import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { livePageSpecs } from './support/livePageSpecs.ts';

/** Everything that is served, zipped. */
const MAX_BYTES = 100 * 1024;

/** The least contrast of text, and of edges and pictures, by the Web Content Accessibility Guidelines 2.2, AA. */
const TEXT = 4.5;
const EDGE = 3;

const grounds = ['ground', 'surface', 'raised'];

const pairs: readonly (readonly [color: string, ground: string, least: number])[] = [
  ...grounds.flatMap((ground) =>
    ['text', 'muted', 'accent', 'good', 'warning', 'danger'].map((color) => [color, ground, TEXT] as const),
  ),
  ...['accent', 'good', 'warning', 'danger'].map((color) => [color, `${color}-ground`, TEXT] as const),
  ['text', 'danger-ground', TEXT],
  ['on-accent', 'accent', TEXT],
  ['curve', 'surface', TEXT],
  ['curve-second', 'surface', TEXT],
  ['line-strong', 'surface', EDGE],
  ['line-strong', 'ground', EDGE],
];

describe('the design of the live page', () => {
  const world = livePageSpecs();

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`can be read in ${colorScheme} colors`, async () => {
      const page = await world.open();
      await page.emulateMedia({ colorScheme });
      const names = [...new Set(pairs.map(([color]) => color).concat(pairs.map(([, ground]) => ground)))];
      const colors = new Map(await colorsOf(page, names));

      const tooWeak = pairs
        .map(([color, ground, least]) => ({
          pair: `${color} on ${ground}`,
          least,
          is: contrast(colors.get(color), colors.get(ground)),
        }))
        .filter(({ least, is }) => !(is >= least));

      expect(tooWeak).toEqual([]);
    });
  }

  it('is small', async () => {
    const page = await world.context.newPage();
    const sizes = new Map<string, number>();
    page.on('response', (response) => {
      const { pathname } = new URL(response.url());
      if (!pathname.startsWith('/api/')) {
        sizes.set(pathname, Number.NaN);
      }
    });
    await page.goto(world.server.workspaceUrl);
    await page.locator('main h1').waitFor();
    await page.close();
    for (const pathname of sizes.keys()) {
      const answer = await fetch(`${world.server.workspaceUrl}${pathname}`, { headers: { accept: 'text/html' } });
      sizes.set(pathname, gzipSync(Buffer.from(await answer.arrayBuffer())).length);
    }
    const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);

    process.stdout.write(`The live page has ${total} bytes, zipped: ${JSON.stringify(Object.fromEntries(sizes))}\n`);
    expect([...sizes.keys()]).toEqual(
      jasmine.arrayContaining(['/', '/page/main.js', '/page/page.css', '/page/icon.svg']),
    );
    expect(total).toBeLessThan(MAX_BYTES);
  });
});

/** Colors as red, green and blue from 0 to 255. */
async function colorsOf(
  page: Page,
  names: readonly string[],
): Promise<readonly (readonly [string, readonly number[]])[]> {
  const colors = (await page.evaluate(`${JSON.stringify(names)}.map((name) => {
    const probe = document.createElement('i');
    probe.style.color = 'var(--' + name + ')';
    document.body.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  })`)) as readonly string[];
  return colors.map((color, index) => [names[index] ?? '', (color.match(/[\d.]+/g) ?? []).map(Number)]);
}

/** The contrast of two colors: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: readonly number[] = [], other: readonly number[] = []): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: readonly number[]): number {
  const [red = Number.NaN, green = Number.NaN, blue = Number.NaN] = color.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
