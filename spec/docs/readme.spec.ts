import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { resolveStreamOptions } from '../../lib/stream/streamOptions.ts';
import { codeNames, sections, tableRows } from '../support/markdown.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The value that a cell of the option table gives as the default. `undefined` if it is not a number or a flag. */
function documentedDefault(cell: string): number | boolean | undefined {
  const [, digits, mebibytes] = /^([\d,]+)( MiB)?$/.exec(cell) ?? [];
  if (digits === undefined) {
    return cell === '`true`' ? true : undefined;
  }
  return Number(digits.replaceAll(',', '')) * (mebibytes === undefined ? 1 : 1024 * 1024);
}

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

  it('gives the defaults that the code has', async () => {
    const readme = await readFile(`${root}README.md`, 'utf8');
    const options = sections(readme).find(({ title }) => title === 'Options');
    const rows = tableRows(options?.text ?? '');
    const defaults: Readonly<Record<string, unknown>> = { ...resolveStreamOptions({}) };
    expect(rows).toHaveSize(10);
    for (const [option = '', value = ''] of rows) {
      const [name = ''] = codeNames(option);
      expect(documentedDefault(value))
        .withContext(name)
        .toBe(defaults[name] as number | boolean | undefined);
    }
  });

  it('names every option', async () => {
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
