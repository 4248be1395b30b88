import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../../', import.meta.url));

describe('README.md', () => {
  it('has a quick start of 15 lines that runs as it stands', async () => {
    const readme = await readFile(`${root}README.md`, 'utf8');
    const [, code = ''] = /## Quick start[\s\S]*?```js\n([\s\S]*?)```/.exec(readme) ?? [];
    const lines = code.split('\n').filter((line) => line !== '');
    expect(lines.length).toBeLessThanOrEqual(15);
    // Within the package, so that its imports find the packed build and the workspace.
    const folder = `${root}build/spec/docs`;
    await mkdir(folder, { recursive: true });
    await writeFile(`${folder}/quickstart.mjs`, code);
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [`${folder}/quickstart.mjs`], {
      timeout: 30_000,
    });
    expect(stdout).toContain('durable up to record 999\n');
    expect(stdout).toContain("rows: [ [ 'd0', 334 ], [ 'd1', 333 ], [ 'd2', 333 ] ]\n");
    // Not one line for each of the 1,000 records.
    expect(stdout.split('\n').length).toBeLessThan(200);
    expect(stderr).toBe('');
  });

  it('lists every option with its default', async () => {
    const readme = await readFile(`${root}README.md`, 'utf8');
    const sources = await Promise.all(
      ['lib/stream/streamOptions.ts', 'lib/connection.ts', 'operators/toZerobus.ts'].map((path) =>
        readFile(`${root}${path}`, 'utf8'),
      ),
    );
    const interfaces = sources.flatMap((source) => [
      ...source.matchAll(/export interface (?:StreamOptions|ConnectionOptions|ToZerobusOptions)[^{]*\{([\s\S]*?)\n\}/g),
    ]);
    const names = interfaces.flatMap(([, body = '']) =>
      [...body.matchAll(/readonly (\w+)\?:/g)].map(([, name]) => name ?? ''),
    );
    expect(names.length).toBeGreaterThan(20);
    const missing = names.filter((name) => name !== 'transport' && !readme.includes(`\`${name}\``));
    expect(missing).toEqual([]);
  });
});
