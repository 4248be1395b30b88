import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

describe('a run of the specs in several processes', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'zerobus-batches-'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs each file in a process of its own, with the configuration that these specs also use. */
  function run(files: Readonly<Record<string, string>>, jobs = 2) {
    for (const [name, code] of Object.entries(files)) {
      writeFileSync(join(folder, `${name}.spec.js`), code);
    }
    const batches = {
      script: resolve('node_modules/jasmine/bin/jasmine.js'),
      options: [`--config=${resolve('spec/jasmine.mjs')}`, '--seed=7'],
      batches: Object.keys(files).map((name) => [`${name}.spec.js`]),
      jobs,
    };
    const main = `import { runBatches } from '${pathToFileURL(resolve('build/spec/support/runBatches.js'))}';
      console.log(await runBatches(${JSON.stringify(batches)}) ? 'well' : 'not well');`;
    writeFileSync(join(folder, 'main.js'), main);
    const { stdout, stderr } = spawnSync(process.execPath, ['main.js'], { cwd: folder, encoding: 'utf8' });
    const lines = stdout.trimEnd().split('\n');
    return { output: stdout, errors: stderr, isWell: lines.at(-1) === 'well', last: lines.at(-2) };
  }

  const green = `describe('green', () => { it('is', () => expect(1).toBe(1)); });`;

  it('ends with the sums of all processes, in one line', () => {
    const { output, isWell, last } = run({
      green,
      skips: `describe('skips', () => { xit('one', () => {}); it('runs another', () => expect(1).toBe(1)); });`,
    });
    expect(last).toBe('2 passed, 0 failed, 1 skipped');
    expect(output.match(/^\d+ passed, \d+ failed, \d+ skipped$/gm)).toHaveSize(1);
    expect(output).toMatch(/^ok {2}green: 1 passed \(\d+ ms\)$/m);
    expect(output).toMatch(/^ok {2}skips: 1 passed, 1 skipped \(\d+ ms\)$/m);
    expect(output.match(/^random order, seed 7 /gm)).toHaveSize(1);
    expect(isWell).toBeTrue();
  });

  it('prints failures whole, after the suites of all processes', () => {
    const { output, isWell, last } = run({
      big: `describe('big', () => { it('is', () => expect(1n).toBe(2n)); });`,
      green,
      small: `describe('small', () => { it('is', () => expect('this').toBe('that')); });`,
    });
    expect(last).toBe('1 passed, 2 failed, 0 skipped');
    const [suites, failures] = output.split('\nfailed:\n');
    expect(suites?.match(/^(not ok|ok) {2}\w+/gm)?.sort()).toEqual(['not ok  big', 'not ok  small', 'ok  green']);
    expect(failures).toMatch(/- big is\n {4}Expected 1 to be 2\.\n {4,}at /);
    expect(failures).toMatch(/- small is\n {4}Expected 'this' to be 'that'\.\n {4,}at /);
    expect(isWell).toBeFalse();
  });

  it('has as many processes at a time as it is told', () => {
    const waiting = (name: string, other: string) => `
      import { existsSync, writeFileSync } from 'node:fs';
      describe('${name}', () => {
        it('meets ${other}', async () => {
          writeFileSync('${name}', '');
          while (!existsSync('${other}')) { await new Promise((done) => setTimeout(done, 5)); }
          expect(1).toBe(1);
        });
      });`;
    const { last } = run({ one: waiting('one', 'two'), two: waiting('two', 'one') });
    expect(last).toBe('2 passed, 0 failed, 0 skipped');
  });

  it('runs one process after the other if one at a time is enough', () => {
    const alone = (name: string) => `
      import { mkdirSync, rmdirSync } from 'node:fs';
      describe('${name}', () => {
        beforeAll(() => mkdirSync('here'));
        it('is alone', async () => { await new Promise((done) => setTimeout(done, 50)); expect(1).toBe(1); });
        afterAll(() => rmdirSync('here'));
      });`;
    const { last } = run({ one: alone('one'), two: alone('two'), three: alone('three') }, 1);
    expect(last).toBe('3 passed, 0 failed, 0 skipped');
  });

  it('fails if a process is killed, names the spec that it was in, and runs the others', () => {
    const { output, isWell, last } = run({
      dies: `describe('dies', () => {
        it('in the midst', async () => { process.kill(process.pid, 'SIGKILL'); await new Promise(() => {}); });
      });`,
      green,
      other: green.replace('green', 'other'),
    });
    expect(output).toContain('- a process ended before its end (SIGKILL), in dies in the midst');
    expect(last).toBe('2 passed, 1 failed, 0 skipped');
    expect(isWell).toBeFalse();
  });

  it('fails if a spec ends its process, and names the spec', () => {
    const { output, last } = run({
      exits: `describe('exits', () => { it('at once', () => { expect(1).toBe(1); process.exit(0); }); });`,
      green,
    });
    expect(output).toMatch(/- a process ended before its end \(exit code \d\), in exits at once$/m);
    expect(last).toBe('1 passed, 1 failed, 0 skipped');
  });

  it('fails if a process ends with another exit code than 0 after its specs', () => {
    const { output, last } = run({
      late: `describe('late', () => { it('is', () => { process.on('exit', () => process.exit(3)); expect(1).toBe(1); }); });`,
    });
    expect(output).toMatch(
      /- a process failed \(exit code 3\) without a failed spec, in one of .*:\n {4}late\.spec\.js$/m,
    );
    expect(last).toBe('1 passed, 1 failed, 0 skipped');
  });

  it('names the files of a process that cannot load one', () => {
    const { output, errors, last } = run({ broken: `import './nowhere.js';`, green });
    expect(errors).toContain('nowhere.js');
    expect(output).toMatch(/- a process ended before its end \(exit code 1\), in one of .*:\n {4}broken\.spec\.js$/m);
    expect(last).toBe('1 passed, 1 failed, 0 skipped');
  });

  it('names the files of a process that has focused specs', () => {
    const { output, last } = run({
      focused: `describe('focused', () => { fit('a', () => expect(1).toBe(1)); it('b', () => expect(1).toBe(1)); });`,
      green,
    });
    expect(output).toMatch(
      /- incomplete run: fit\(\) or fdescribe\(\) was found, in one of .*:\n {4}focused\.spec\.js$/m,
    );
    expect(last).toBe('2 passed, 1 failed, 0 skipped');
  });

  it('fails if the files of a process define no spec', () => {
    const { output, last } = run({ empty: '', green });
    expect(output).toMatch(/- incomplete run: No specs found, in one of .*:\n {4}empty\.spec\.js$/m);
    expect(last).toBe('1 passed, 1 failed, 0 skipped');
  });

  it('fails if two files have a suite of one name, which each process alone does not see', () => {
    const { output, last } = run({ green, alsoGreen: green });
    expect(output).toContain('- Duplicate suite name "green" found in two files');
    expect(last).toBe('2 passed, 1 failed, 0 skipped');
  });
});
