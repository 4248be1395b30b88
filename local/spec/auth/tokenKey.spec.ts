import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tokenKey } from '../../lib/auth/tokenKey.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';
import { ChildRun } from '../torture/childRun.ts';
import type { Failure } from '../torture/failureKind.ts';

/** Calls that change the disk. A kill at any other call is equivalent to one between two of these. */
const changing = /^(link|unlink|open|rename|rm|mkdir|write|append|f?truncate)/;

interface Outcome {
  readonly wasKilled: boolean;
  /** What is wrong afterwards. */
  readonly problems: readonly string[];
  readonly lines: readonly string[];
}

describe('tokenKey', () => {
  const folder = useTemporaryDirectory();

  /** Takes the key in a process with a failing call, then once more. */
  async function afterCrash(failure: Failure, stored?: string): Promise<Outcome> {
    const dataDir = await mkdtemp(join(folder(), 'data '));
    if (stored !== undefined) {
      await mkdir(join(dataDir, 'auth'));
      await writeFile(join(dataDir, 'auth', 'token.key'), stored);
    }
    const run = new ChildRun('../auth/keyProcess.js', dataDir, [], failure);
    await run.ended();
    const problems: string[] = [];
    const again = async (): Promise<string> =>
      `key ${(await tokenKey(dataDir, undefined, ({ message }) => problems.push(message))).toString('hex')}`;
    const key = await again();
    if (key !== (await again())) {
      problems.push('the key is not kept');
    }
    const printed = run.lines.find((line) => line.startsWith('key '));
    const wasReported = run.lines.some((line) => line.startsWith('reported ') && line.includes("can't be used"));
    if (!run.wasKilled && !wasReported && printed !== key) {
      problems.push('the process had another key');
    }
    const files = await readdir(join(dataDir, 'auth'));
    if (files.join() !== 'token.key') {
      problems.push(`left over: ${files.join()}`);
    }
    return { wasKilled: run.wasKilled, problems, lines: run.lines };
  }

  /** The numbers of the calls that change the disk. */
  async function changingCalls(stored: string | undefined): Promise<readonly number[]> {
    const { lines } = await afterCrash({ kind: 'count', at: 0 }, stored);
    return lines
      .map((line) => /^call (\d+) (\w+)$/.exec(line))
      .filter((call) => changing.test(call?.[2] ?? ''))
      .map((call) => Number(call?.[1]));
  }

  for (const [what, stored] of [
    ['made', undefined],
    ['replaced', 'damaged'],
  ] as const) {
    it(`is whole and stays the same if the process is killed while the key is ${what}`, async () => {
      const calls = await changingCalls(stored);
      expect(calls.length).toBeGreaterThan(3);
      const outcomes = await Promise.all(calls.map((at) => afterCrash({ kind: 'torn', at }, stored)));
      for (const { wasKilled, problems } of outcomes) {
        expect(wasKilled).toBeTrue();
        // A damaged key is there until the new one is.
        expect(problems.filter((problem) => !problem.includes('is damaged'))).toEqual([]);
      }
    });
  }

  it('is good for this run if it can not be written, and is kept at the next start', async () => {
    const calls = await changingCalls(undefined);
    const outcomes = await Promise.all(calls.map((at) => afterCrash({ kind: 'fail', at, code: 'ENOSPC' })));
    for (const { problems, lines } of outcomes) {
      expect(problems).toEqual([]);
      expect(lines).toContain(jasmine.stringMatching(/^key [0-9a-f]{64}$/) as unknown as string);
    }
    expect(outcomes.filter(({ lines }) => lines.some((line) => line.includes('ENOSPC'))).length).toBeGreaterThan(2);
  });
});
