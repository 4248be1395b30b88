import { wellFormedJson } from '../../../lib/wire/wellFormedJson.ts';
import { expectRight } from '../expectRight.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';

/** JSON text with escapes, which JSON.parse reads too. */
export const wellFormedJsonTarget: FuzzTarget = {
  name: 'wellFormedJson',
  seeds: [
    '{"a":"\\ud83d"}',
    '{"a":"\\ud83d\\ude00"}',
    '["\\\\ud83d","\\\\\\ud83d"]',
    '{"\\udc00\\ud800":1}',
    '{"a":1}',
  ],
  words: ['\\ud83d', '\\ude00', '\\\\', '\\u', '\\uDBFF', '\\uDfff', '\\ufffd', '"'],
  isTyped: () => false,
  read: (input) => {
    const text = input.toString('utf8');
    const value = parsed(text);
    const result = wellFormedJson(text);
    expectRight(result.length === text.length, 'the length changes');
    const expected = written(value);
    if (expected !== undefined) {
      expectRight(JSON.stringify(parsed(result)) === expected, `it becomes ${result}`);
    }
  },
};

/**
 * Writes a value without half pairs, of which JSON.stringify writes the escapes, as of nothing else that is not ASCII.
 *
 * @returns undefined if there is no value, or if it is nested too deeply to be written
 */
function written(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, wellFormedKeys)?.replace(/\\(?:ud[89a-f]..|.)/gs, (found) =>
      found.length > 2 ? '\ufffd' : found,
    );
  } catch {
    return undefined;
  }
}

/** Keys become the same if they differ in what is replaced. */
function wellFormedKeys(_key: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key.toWellFormed(), each]))
    : value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
