import { exec, execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Runs an example as it is run by hand, with nothing in the environment that would send it to a real workspace. */
async function run(example: string, args: readonly string[] = [], variables: NodeJS.ProcessEnv = {}): Promise<string> {
  const { ZEROBUS_ENDPOINT: _endpoint, ...rest } = process.env;
  const env = { ...rest, ...variables };
  const { stdout } = await promisify(execFile)(process.execPath, [`${root}build/examples/${example}.js`, ...args], {
    env,
    timeout: 60_000,
  });
  return stdout;
}

/** What each example prints last, which is what it has brought into the table. */
const lastLines: Readonly<Record<string, string>> = {
  jsonSingle: 'rows in main.examples.air_quality: 100',
  jsonBatch: 'rows in main.examples.air_quality: 1000',
  protoSingle: 'rows in main.examples.air_quality: 100',
  protoBatch: 'rows in main.examples.air_quality: 1000',
  highThroughput: 'rows in main.examples.air_quality: 100000',
  customHeadersProvider: 'rows in main.examples.air_quality: 2',
  ndjsonFile: 'rows in main.examples.air_quality: 20000',
  rxjsPipeline: 'rows in main.examples.air_quality: 500',
};

describe('The examples', () => {
  for (const [example, lastLine] of Object.entries(lastLines)) {
    it(`${example} runs`, async () => {
      expect((await run(example)).trimEnd().split('\n').at(-1)).toBe(lastLine);
    });
  }

  it('streamRecovery loses nothing by a broken connection', async () => {
    const output = await run('streamRecovery');
    expect(output).toContain('closed: everything is durable');
    expect(Number(/rows in main\.examples\.air_quality: (\d+)/.exec(output)?.[1])).toBeGreaterThanOrEqual(1000);
  });

  it('usageGuide goes through every step', async () => {
    const output = await run('usageGuide');
    for (const line of [
      'Record committed at offset: 0',
      'Success: 100000 records, the last at offset 100000',
      'Stream closed successfully',
    ]) {
      expect(output).toContain(`${line}\n`);
    }
    expect(Number(/rows in main\.shop\.orders: (\d+)/.exec(output)?.[1])).toBeGreaterThanOrEqual(100_101);
  });

  it('reach this machine directly, behind a proxy too', async () => {
    const output = await run('jsonSingle', [], { https_proxy: 'http://127.0.0.1:9' });
    expect(output).toContain('rows in main.examples.air_quality: 100');
  });

  it('are all listed in their README, and all run here', async () => {
    const files = (await readdir(`${root}examples`))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => name.slice(0, -3));
    const readme = await readFile(`${root}examples/README.md`, 'utf8');
    expect(files.filter((name) => !readme.includes(`(${name}.ts)`))).toEqual([]);
    expect(files.filter((name) => !(name in lastLines)).sort()).toEqual(['demo', 'streamRecovery', 'usageGuide']);
  });
});

describe('The demo', () => {
  const runDemo = (args: readonly string[]): Promise<string> =>
    run('demo', [...args, '--data', `${root}build/demo-spec`]);
  const demo = async (args: readonly string[]): Promise<Record<string, number>> => {
    const output = await runDemo(args);
    const last = output.trimEnd().split('\n').at(-1) ?? '';
    expect(last).toMatch(/^demo: sent=\d+ durable=\d+ rows=\d+ lost=\d+ duplicated=\d+ table=\S+$/);
    return Object.fromEntries([...last.matchAll(/(\w+)=(\d+)/g)].map(([, name, count]) => [name ?? '', Number(count)]));
  };

  it('brings 200,000 flights into the table, each once', async () => {
    expect(await demo([])).toEqual({ sent: 200_000, durable: 200_000, rows: 200_000, lost: 0, duplicated: 0 });
  });

  it('tells a command that shows the rows, in a checkout as it stands', async () => {
    const [, hint = ''] = /^to look at it: (.*)$/m.exec(await runDemo([])) ?? [];
    expect(hint).toMatch(/^npx zerobus-local sql /);
    const { stdout } = await promisify(exec)(hint, { cwd: root, timeout: 60_000 });
    const [head = '', rule = '', ...rows] = stdout.trimEnd().split('\n');
    expect(head).toContain('origin');
    expect(rule).toMatch(/^[- ]+$/);
    expect(rows).toHaveSize(6);
    expect(rows.at(-1)).toBe('(5 rows)');
  });

  it('loses none of them to chaos', async () => {
    const { rows = 0, duplicated = 0, ...rest } = await demo(['--chaos']);
    expect(rest).toEqual({ sent: 200_000, durable: 200_000, lost: 0 });
    expect(rows - duplicated).toBe(200_000);
  });
});
