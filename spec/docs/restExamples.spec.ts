import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { startZerobusLocal } from 'zerobus-local';
import { codeBlocks, sections } from '../support/markdown.ts';
import { orSkip } from '../support/optional.ts';

const run = promisify(execFile);
const TABLE = 'main.iot.readings';

describe('The section REST of local/README.md', () => {
  /** Runs an example against a server, and returns what it prints and how many rows there are then. */
  async function runExample(
    language: string,
    auth: boolean,
    start: (code: string) => Promise<{ stdout: string; stderr: string }>,
  ): Promise<readonly unknown[]> {
    const readme = await readFile('local/README.md', 'utf8');
    const section = sections(readme).find(({ title }) => title === 'REST')?.text ?? '';
    const code = codeBlocks(section).find(({ info }) => info === language)?.code ?? '';
    const tables = [`CREATE TABLE ${TABLE} (device STRING, temp INT NOT NULL, at TIMESTAMP)`];
    const server = await startZerobusLocal({ tables, ...(auth ? {} : { auth: false }) });
    try {
      process.env['DATABRICKS_HOST'] = server.workspaceUrl;
      const { stdout } = await start(code);
      return [stdout, server.counters(TABLE).acceptedRows];
    } finally {
      delete process.env['DATABRICKS_HOST'];
      await server.close();
    }
  }

  it('has a call of curl that runs as it stands', async () => {
    const curl = await run('curl', ['--version']).catch(() => undefined);
    const [, major = '0', minor = '0'] = /^curl (\d+)\.(\d+)/.exec(curl?.stdout ?? '') ?? [];
    const hasJson = Number(major) > 7 || (Number(major) === 7 && Number(minor) >= 82);
    orSkip(hasJson || undefined, 'curl is older than 7.82, or is not installed');

    expect(await runExample('sh', false, (code) => run('sh', ['-c', code]))).toEqual(['{}', 2]);
  });

  it('has a call of fetch that runs as it stands', async () => {
    const folder = 'build/spec/docs';
    await mkdir(folder, { recursive: true });
    const start = async (code: string) => {
      await writeFile(`${folder}/rest.mjs`, code);
      return run(process.execPath, [`${folder}/rest.mjs`], { timeout: 30_000 });
    };

    expect(await runExample('js', true, start)).toEqual(['200 {}\n', 2]);
  });
});
