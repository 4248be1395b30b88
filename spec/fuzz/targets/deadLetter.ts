import { parseLetter } from '../../../lib/letters/deadLetter.ts';
import { expectRight } from '../expectRight.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';

const HEAD = '{"time":"2026-11-26T07:00:00.000Z","offset":7,"code":"INVALID_RECORD","reason":"no"';

/** A line of a file of dead letters. */
export const deadLetterTarget: FuzzTarget = {
  name: 'deadLetter',
  seeds: [
    `${HEAD},"schemaCauses":[],"record":"{\\"n\\":1}"}`,
    `${HEAD},"schemaCauses":["FIELD_NOT_IN_TABLE"],"record":{"base64":"AAEC"}}`,
    `${HEAD},"schemaCauses":[],"value":{"n":[1,2]}}`,
    '{"time":"2026-11-26T07:00:0',
  ],
  words: ['"schemaCauses":', '"record":', '"reason":', '"offset":', '"time":', '"base64":', '[', ']'],
  // The reader of lines makes an INVALID_RECORD of either.
  isTyped: (error) =>
    error instanceof SyntaxError || (error instanceof TypeError && /^The line is /.test(error.message)),
  read: (input) => {
    const letter = parseLetter(input.toString('utf8'));
    if (letter !== undefined) {
      const { time, offset, code, reason, schemaCauses, record } = letter;
      const isCauses = Array.isArray(schemaCauses) && schemaCauses.every((cause) => typeof cause === 'string');
      const isRecord = record === undefined || typeof record === 'string' || record instanceof Uint8Array;
      const isHead = time.getTime() >= -8.64e15 && Number.isInteger(offset) && typeof code === 'string';
      expectRight(isHead && isCauses && isRecord && typeof reason === 'string', 'a letter has another form');
    }
  },
};
