import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { changedJson } from './changedJson.ts';
import { checkInput, Finding } from './checkInput.ts';
import type { FuzzTarget } from './fuzzTarget.ts';
import { shrinkInput } from './shrinkInput.ts';

/** A target that refuses inputs with `r`, and has faults. */
const faulty: FuzzTarget = {
  name: 'faulty',
  seeds: ['a'],
  isTyped: (error) => error instanceof SyntaxError,
  read: async (input) => {
    const given = input.toString();
    if (given.includes('r')) {
      throw new SyntaxError('no');
    }
    if (given.includes('xy')) {
      throw new TypeError('oops');
    }
    return given.includes('m') ? Array.from({ length: 5_000_000 }, (_, index) => index) : undefined;
  },
};

describe('A target that is fuzzed', () => {
  const check = (input: string): Promise<unknown> => checkInput(faulty, Buffer.from(input));

  it('has a finding if it throws an error that is not typed, or takes too much memory', async () => {
    expect([await check('a'), await check('r')]).toEqual(['read', 'refused']);
    await expectAsync(check('axyz')).toBeRejectedWithError(Finding, /^faulty fails with TypeError: oops\.$/);
    await expectAsync(check('m')).toBeRejectedWithError(Finding, /^faulty takes \d+ bytes for an input of 1\.$/);
  });

  it('has its findings shrunk', async () => {
    const input = Buffer.from(`${'a'.repeat(1000)}xy${'b'.repeat(700)}`);
    expect((await shrinkInput(faulty, input)).toString()).toBe('xy');
  });

  it('has values in its JSON changed, also in the strings of the JSON and in single lines', () => {
    const input = Buffer.from('0{"a":[1],"s":"{\\"t\\":2}"}');
    const changes = new Set(
      Array.from({ length: 50 }, (_, n) => changedJson(input, { line: 0, value: n / 50, becomes: '"é"' }).toString()),
    );
    expect([...changes]).toEqual([
      '0"é"',
      '0{"a":"é","s":"{\\"t\\":2}"}',
      '0{"a":["é"],"s":"{\\"t\\":2}"}',
      '0{"a":[1],"s":"é"}',
      '0{"a":[1],"s":"{\\"t\\":\\"é\\"}"}',
    ]);
    const lines = Buffer.from('no\n{"a":1}');
    expect(changedJson(lines, { line: 0.9, value: 0.9, becomes: undefined }).toString()).toBe('no\n{}');
    expect(changedJson(Buffer.from('no'), { line: 0, value: 0, becomes: '5' }).toString()).toBe('no');
  });

  it('is fuzzed by the command', async () => {
    const options = ['--random', '--minutes', '0.01', '--target', 'retryAfter', '--seed', '7'];
    const child = spawn(process.execPath, ['build/spec/fuzz/main.js', ...options], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exit = once(child, 'exit');
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect(errors).toBe('');
    expect(output).toMatch(/^retryAfter .* [1-9][\d,]* inputs .* 0 findings$/m);
    expect(await exit).toEqual([0, null]);
  }, 60_000);
});
