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

  it('hands options on, so that a part of a file runs', () => {
    const { printed } = runSpecs('marbles', '--filter=no spec has this name');
    expect(printed).toContain('0 passed, 1 failed, 0 skipped');
  });

  it('fails on a word that is in no path, and lists names like it', () => {
    const { code, printed, complaints } = runSpecs('marbles', 'toZerbus');
    expect(code).toBe(1);
    expect(printed).toBe('');
    expect(complaints).toMatch(/^No spec file has "toZerbus" in its path\. Near names: toZerobus, .*\. Give a part/);
  });
});
