import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

describe('the report of the specs', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'zerobus-reporter-'));
    mkdirSync(join(folder, 'build/spec'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs suites in a separate jasmine, with the configuration that these specs also use. */
  function run(suites: Readonly<Record<string, string>>, args: readonly string[] = []) {
    for (const [name, code] of Object.entries(suites)) {
      writeFileSync(join(folder, `build/spec/${name}.spec.js`), code);
    }
    const jasmine = resolve('node_modules/jasmine/bin/jasmine.js');
    const child = spawnSync(process.execPath, [jasmine, `--config=${resolve('spec/jasmine.mjs')}`, ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
    return {
      code: child.status,
      output: child.stdout,
      last: child.stdout.trimEnd().split('\n').at(-1),
      errors: child.stderr,
    };
  }

  it('ends with the counts and exits with 0 if all specs passed', () => {
    const { code, output, last } = run({
      one: `describe('one', () => { it('a', () => expect(1).toBe(1)); describe('inner', () => it('b', () => expect(1).toBe(1))); });`,
      two: `describe('two', () => { it('c', () => expect(1).toBe(1)); });`,
    });
    expect(last).toBe('3 passed, 0 failed, 0 skipped');
    expect(output).toMatch(/^ok {2}one: 2 passed \(\d+ ms\)$/m);
    expect(output).toMatch(/^ok {2}two: 1 passed \(\d+ ms\)$/m);
    expect(output).toMatch(/random order, seed \d+/);
    expect(code).toBe(0);
  });

  it('prints a failure with its message and its place', () => {
    const { code, output, last } = run({
      red: `describe('red', () => {
        it('is', () => expect('this').toBe('that'));
        it('throws', () => { throw new TypeError('no way'); });
        it('passes', () => expect(1).toBe(1));
      });`,
    });
    expect(last).toBe('1 passed, 2 failed, 0 skipped');
    expect(output).toMatch(/^not ok {2}red: 1 passed, 2 FAILED/m);
    expect(output).toContain("red is\n    Expected 'this' to be 'that'.");
    expect(output).toMatch(/TypeError: no way\n\s+at .*red\.spec\.js:3/);
    expect(output.match(/no way/g)).toHaveSize(1);
    expect(code).toBeGreaterThan(0);
  });

  it('prints why a spec was skipped', () => {
    const { code, output, last } = run({
      skips: `describe('skips', () => {
        it('for now', () => pending('later'));
        it('here', () => notApplicable('no such tool'));
        xit('anyway', () => {});
        it('passes', () => expect(1).toBe(1));
      });`,
    });
    expect(last).toBe('1 passed, 0 failed, 3 skipped');
    expect(output).toContain('- skips for now: later');
    expect(output).toContain('- skips here: no such tool');
    expect(output).toContain('- skips anyway: Temporarily disabled with xit');
    expect(code).toBe(0);
  });

  it('lists the slowest specs', () => {
    const { output } = run({
      slow: `describe('slow', () => {
        it('sleeps', async () => { await new Promise((done) => setTimeout(done, 300)); expect(1).toBe(1); });
        it('runs', () => expect(1).toBe(1));
      });`,
    });
    expect(output).toMatch(/slowest:\n- \d{3,} ms {2}slow sleeps\n/);
    expect(output).not.toContain('slow runs');
  });

  it('fails a spec with no expectation', () => {
    const { code, last } = run({ empty: `describe('empty', () => { it('expects nothing', () => {}); });` });
    expect(last).toBe('0 passed, 1 failed, 0 skipped');
    expect(code).toBeGreaterThan(0);
  });

  it('fails if there is no spec', () => {
    const { code, output, last } = run({});
    expect(output).toContain('incomplete run: No specs found');
    expect(last).toBe('0 passed, 1 failed, 0 skipped');
    expect(code).toBeGreaterThan(0);
  });

  it('fails if a filter leaves no spec, or if all are skipped', () => {
    const suites = { one: `describe('one', () => { it('a', () => expect(1).toBe(1)); xit('b', () => {}); });` };
    const filtered = run(suites, ['--filter=nothing is named like this']);
    expect(filtered.output).toContain('incomplete run: no spec ran');
    expect(filtered.last).toBe('0 passed, 1 failed, 0 skipped');
    expect(filtered.code).toBeGreaterThan(0);
    const skipped = run(suites, ['--filter=one b']);
    expect(skipped.last).toBe('0 passed, 1 failed, 1 skipped');
    expect(skipped.code).toBeGreaterThan(0);
  });

  it('counts only the specs that match the filter', () => {
    const { code, output, last } = run(
      {
        one: `describe('one', () => { it('a', () => expect(1).toBe(1)); it('b', () => expect(1).toBe(1)); });`,
        two: `describe('two', () => { it('a', () => expect(1).toBe(1)); });`,
      },
      ['--filter=one a'],
    );
    expect(last).toBe('1 passed, 0 failed, 0 skipped');
    expect(output).not.toContain('two');
    expect(code).toBe(0);
  });

  it('fails a run with focused specs', () => {
    const { code, output, last } = run({
      focused: `describe('focused', () => { fit('a', () => expect(1).toBe(1)); it('b', () => expect(1).toBe(1)); });`,
    });
    expect(output).toContain('incomplete run: fit() or fdescribe() was found');
    expect(last).toBe('1 passed, 1 failed, 0 skipped');
    expect(code).toBeGreaterThan(0);
  });

  it('fails if a file cannot be loaded', () => {
    const { code, last, errors } = run({
      broken: `import './nowhere.js';`,
      fine: `describe('fine', () => { it('a', () => expect(1).toBe(1)); });`,
    });
    expect(errors).toContain('nowhere.js');
    expect(last).toBe('0 passed, 1 failed, 0 skipped');
    expect(code).toBeGreaterThan(0);
  });

  it('fails on an unhandled rejection', () => {
    const { code, output, last } = run({
      rejects: `describe('rejects', () => {
        it('late', async () => {
          expect(1).toBe(1);
          Promise.reject(new Error('forgotten'));
          await new Promise((done) => setTimeout(done, 20));
        });
      });`,
    });
    expect(output).toContain('forgotten');
    expect(last).toBe('0 passed, 1 failed, 0 skipped');
    expect(code).toBeGreaterThan(0);
  });

  it('fails on failures outside of specs', () => {
    const { code, output, last } = run({
      after: `describe('after', () => { it('a', () => expect(1).toBe(1)); afterAll(() => { throw new Error('left over'); }); });
        afterAll(() => { throw new Error('left open'); });`,
    });
    expect(output).toContain('after (outside of its specs)');
    expect(output).toContain('left over');
    expect(output).toContain('left open');
    expect(last).toBe('1 passed, 2 failed, 0 skipped');
    expect(code).toBeGreaterThan(0);
  });

  it('fails if a spec ends the process, and names the spec', () => {
    const { code, output, last } = run({
      exits: `describe('exits', () => { it('at once', () => { expect(1).toBe(1); process.exit(0); }); });`,
    });
    expect(output).toContain('the run ended before its end, in: exits at once');
    expect(last).toBe('0 passed, 1 failed, 0 skipped');
    expect(code).toBeGreaterThan(0);
  });
});
