import fc from 'fast-check';
import { of } from 'rxjs';
import { eventJson } from '../../../lib/browser/request/eventJson.ts';
import { thrownBy } from '../../support/thrownBy.ts';

describe('eventJson', () => {
  it('writes what JSON.stringify writes, for any JSON', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => expect(eventJson(value, 10_000_000)).toBe(JSON.stringify(value))));
  });

  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  for (const [what, value, reason] of [
    ['undefined', undefined, 'no JSON form'],
    ['a function', () => 1, 'no JSON form'],
    ['a cycle', cycle, 'circular'],
    ['a bigint', { n: 1n }, 'BigInt'],
    ['NaN', { n: { deep: Number.NaN } }, 'deep is NaN'],
    ['infinity', Number.POSITIVE_INFINITY, 'it is Infinity'],
    ['a Promise', Promise.resolve(1), 'it is a Promise. Use concatMap'],
    ['an Observable', { later: of(1) }, 'later is an Observable'],
    [
      'an object that throws',
      {
        toJSON() {
          throw new Error('Not now.');
        },
      },
      'Not now.',
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(thrownBy(() => eventJson(value, 1000))).toEqual(
        jasmine.objectContaining({ code: 'INVALID_RECORD', message: jasmine.stringContaining(reason) }),
      );
    });
  }

  it('refuses an event that has more bytes than a request', () => {
    expect(eventJson('\u20ac\u20ac', 8)).toBe('"\u20ac\u20ac"');
    expect(thrownBy(() => eventJson('\u20ac\u20ac', 7))).toEqual(
      jasmine.objectContaining({ code: 'RECORD_TOO_LARGE' }),
    );
  });
});
