/** Writes dead letters until it is killed: `letters.js PATH NAME`. Prints the offset of each that is taken in. */
import { lastValueFrom, tap } from 'rxjs';
import { ZerobusError } from '../../../lib/errors/zerobusError.ts';
import { deadLetters } from '../../../operators/deadLetters.ts';

const [path = '', name = ''] = process.argv.slice(2);
const rejected = deadLetters(path);
const error = new ZerobusError('INVALID_ARGUMENT', `run ${name}`);
for (let offset = 0; ; offset++) {
  const taken$ = rejected({ value: undefined, record: `{"text":"${'é'.repeat(500)}"}`, offset, error }).pipe(
    tap({ complete: () => process.stdout.write(`${offset}\n`) }),
  );
  if (offset % 10 === 0) {
    // The letters before it are taken in, too.
    await lastValueFrom(taken$, { defaultValue: undefined });
  } else {
    taken$.subscribe();
  }
}
