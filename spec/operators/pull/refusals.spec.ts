import { createInterface } from 'node:readline';
import { createInterface as createPromisesInterface } from 'node:readline/promises';
import { PassThrough } from 'node:stream';
import { runInNewContext } from 'node:vm';
import { firstValueFrom, NEVER, of, toArray } from 'rxjs';
import { pull } from '../../../operators/pull.ts';

describe('pull: given what it cannot read', () => {
  it('refuses a readline interface, which may have lost lines already, and names ndjson', () => {
    for (const create of [createInterface, createPromisesInterface]) {
      const lines = create({ input: new PassThrough() });
      expect(() => pull(lines, NEVER)).toThrow(
        jasmine.objectContaining({ code: 'INVALID_OPTIONS', message: jasmine.stringContaining('ndjson(') }),
      );
      lines.close();
    }
  });

  for (const [name, input] of Object.entries({
    undefined: undefined,
    null: null,
    'a number': 42,
    'an object': {},
    'a function': () => {},
    'a promise': Promise.resolve([1]),
    'an observable': of(1),
    'a Blob': new Blob(['{}']),
    'a URL': new URL('file:///readings.ndjson'),
    'a promise of another realm': runInNewContext('Promise.resolve([1])'),
  })) {
    it(`refuses ${name} at once, with words`, () => {
      expect(() => pull(input as never, NEVER)).toThrow(
        jasmine.objectContaining({ code: 'INVALID_OPTIONS', message: jasmine.stringMatching(/^The input .*\.$/) }),
      );
    });
  }

  it('reads iterables of another realm', async () => {
    const foreign = runInNewContext('[1, 2]') as number[];
    expect(await firstValueFrom(pull(foreign, NEVER).pipe(toArray()))).toEqual([1, 2]);
  });
});
