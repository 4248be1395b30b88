import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startZerobusLocal, type ZerobusLocal } from 'zerobus-local';
import { resolveStreamOptions } from '../../lib/stream/streamOptions.ts';
import { codeNames, sections, tableRows } from '../support/markdown.ts';

const READINGS = 'CREATE TABLE main.iot.readings (device STRING, temp INT NOT NULL)';

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

  /** Runs the code of a section against a local server, with the environment that points there. */
  async function runSection(title: string, server: ZerobusLocal, folder: string): Promise<string> {
    const readme = await readFile(`${root}README.md`, 'utf8');
    const [, code = ''] = new RegExp(`### ${title}[\\s\\S]*?\`\`\`js\\n([\\s\\S]*?)\`\`\``).exec(readme) ?? [];
    await mkdir(folder, { recursive: true });
    await writeFile(`${folder}/section.mjs`, code);
    const { stdout } = await promisify(execFile)(process.execPath, [`${folder}/section.mjs`], {
      cwd: folder,
      timeout: 60_000,
      env: {
        ...process.env,
        ZEROBUS_ENDPOINT: server.endpoint,
        DATABRICKS_HOST: server.workspaceUrl,
        DATABRICKS_CLIENT_ID: 'me',
        DATABRICKS_CLIENT_SECRET: 'secret',
      },
    });
    return stdout;
  }

  it('has a section on pass-through whose code runs as it stands', async () => {
    await using server = await startZerobusLocal({ tables: [READINGS] });
    const output = await runSection('Pass-through', server, `${root}build/spec/docs/passThrough`);
    expect(output.trimEnd().split('\n')).toEqual([
      'acknowledged message 0',
      'acknowledged message 250',
      'acknowledged message 500',
      'acknowledged message 750',
      'every message is acknowledged',
    ]);
    expect(server.counters('main.iot.readings').acceptedRows).toBe(1000);
  });

  it('has a section on bad records whose code runs as it stands', async () => {
    await using server = await startZerobusLocal({ tables: [READINGS] });
    const folder = `${root}build/spec/docs/badRecords`;
    await rm(folder, { recursive: true, force: true });
    const output = await runSection('Bad records', server, folder);
    expect(output).toBe('every record is in the table or in rejected.ndjson\n');
    const letters = (await readFile(`${folder}/rejected.ndjson`, 'utf8')).trimEnd().split('\n');
    expect(letters.map((line) => JSON.parse(line))).toEqual(
      [7, 507].map((offset) => ({
        offset,
        record: JSON.stringify({ device: `d${offset % 3}`, temp: 'hot' }),
        reason: jasmine.stringContaining('temp'),
      })),
    );
    expect(server.counters('main.iot.readings').acceptedRows).toBe(998);
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
