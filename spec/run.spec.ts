import { spawnSync } from 'node:child_process';

interface Outcome {
  readonly code: number | null;
  readonly printed: string;
  readonly complaints: string;
}

/** Runs the runner itself, as `npm run spec` does after it has compiled. */
function runSpecs(...args: readonly string[]): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['spec/run.mjs', ...args], { encoding: 'utf8' });
  return { code: status, printed: stdout, complaints: stderr };
}

/** Words that choose more files than share a process, none of them slow. */
const manyFiles: readonly string[] = [
  'stream/gaps',
  'stream/holds',
  'stream/mergedWatermark',
  'stream/outbox',
  'stream/pressure',
  'stream/sparseRing',
  'stream/valueRing',
  'spec/errors',
  'spec/secrets',
];

describe('the runner of the specs', () => {
  it('runs the files whose path contains a word, in whatever case', () => {
    const { code, printed } = runSpecs('MARBLES', '--seed=7');
    expect(code).toBe(0);
    expect(printed).toMatch(/^ok {2}marbles: \d+ passed/m);
    expect(printed.match(/^ok /gm)).toHaveSize(1);
    expect(printed).toContain('seed 7');
  });

  it('runs the files of each word, which may be a path as Windows writes it', () => {
    const { code, printed } = runSpecs('spec\\package\\lockFile', 'support/marbles');
    expect(code).toBe(0);
    expect(printed.match(/^ok {2}.*(?=:)/gm)?.sort()).toEqual(['ok  marbles', 'ok  package-lock.json']);
  });

  it('leaves out the files whose path contains what --without says', () => {
    const { code, printed } = runSpecs('package\\lockFile', 'support/marbles', '--without=LOCKFILE');
    expect(code).toBe(0);
    expect(printed.match(/^ok {2}.*(?=:)/gm)).toEqual(['ok  marbles']);
  });

  it('hands options on, so that a part of a file runs', () => {
    const { printed } = runSpecs('marbles', '--filter=no spec has this name');
    expect(printed).toContain('0 passed, 1 failed, 0 skipped');
  });

  it('runs many files in several processes and ends with one line for all', () => {
    const { code, printed } = runSpecs(...manyFiles, '--jobs=2');
    expect(code).toBe(0);
    expect(printed.match(/^\d+ passed, \d+ failed, \d+ skipped$/gm)).toHaveSize(1);
    const passed = [...printed.matchAll(/^ok {2}.*: (\d+) passed/gm)].map(([, count]) => Number(count));
    expect(passed.length).toBeGreaterThan(8);
    const sum = passed.reduce((total, count) => total + count, 0);
    expect(printed.trimEnd().split('\n').at(-1)).toBe(`${sum} passed, 0 failed, 0 skipped`);
  });

  it('repeats an order of many files by its seed', () => {
    const order = (seed: number): readonly string[] => {
      const { printed } = runSpecs(...manyFiles, '--jobs=1', `--seed=${seed}`);
      return [...printed.matchAll(/^ok {2}(.*): /gm)].map(([, suite]) => String(suite));
    };
    const first = order(7);
    expect(first.length).toBeGreaterThan(8);
    expect(order(7)).toEqual(first);
    expect(order(8)).not.toEqual(first);
  });

  it('runs all files in one process if an option of jasmine concerns the whole run', () => {
    const { code, printed } = runSpecs(...manyFiles, '--fail-fast');
    expect(code).toBe(0);
    expect(printed).toMatch(/^\d+ passed, 0 failed, 0 skipped$/m);
  });

  it('fails on a number of processes that is none', () => {
    for (const jobs of ['--jobs=0', '--jobs=two', '--jobs=1.5']) {
      const { code, printed, complaints } = runSpecs('marbles', jobs);
      expect(code).toBe(1);
      expect(printed).toBe('');
      expect(complaints).toBe(`${jobs} is no number of processes. Give a whole number from 1, such as --jobs=2.\n`);
    }
  });

  it('fails on a word that is in no path, and lists names like it', () => {
    const { code, printed, complaints } = runSpecs('marbles', 'toZerbus');
    expect(code).toBe(1);
    expect(printed).toBe('');
    expect(complaints).toMatch(/^No spec file has "toZerbus" in its path\. Near names: toZerobus, .*\. Give a part/);
  });
});
