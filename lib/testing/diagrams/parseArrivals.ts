import { TestScheduler } from 'rxjs/testing';
import { ZerobusError } from '../../errors/zerobusError.ts';
import type { ExpectedBatch } from '../drawing/arrivalsMismatch.ts';

/**
 * Reads a diagram of arrivals: a letter is a batch of one row, a group is one batch, and commas in a group separate the
 * batches of one frame. Time and groups follow the rules of rxjs.
 *
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if it has a character that arrivals do not have
 */
export function parseArrivals(diagram: string): readonly ExpectedBatch[] {
  if (/[|#^!]/.test(diagram)) {
    throw new ZerobusError('INVALID_OPTIONS', 'A diagram of arrivals has no | # ^ or !, because a table never ends.');
  }
  const batches: { readonly frame: number; letters: string[] }[] = [];
  let isNew = true;
  for (const { frame, notification } of TestScheduler.parseMarbles(diagram, undefined, undefined, false, true)) {
    const letter = String(Reflect.get(notification, 'value'));
    const last = batches.at(-1);
    if (letter === ',') {
      isNew = true;
    } else if (isNew || last?.frame !== frame) {
      batches.push({ frame, letters: [letter] });
      isNew = false;
    } else {
      last.letters.push(letter);
    }
  }
  return batches;
}
