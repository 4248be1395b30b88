import { firstValueFrom, type OperatorFunction, of } from 'rxjs';
import { checkFunction } from '../../lib/errors/checkFunction.ts';
import { integerAtLeast, timerDelay } from '../../lib/errors/checkNumber.ts';
import { isError } from '../../lib/errors/isError.ts';
import { kindOf } from '../../lib/errors/kindOf.ts';
import { reasonOf } from '../../lib/errors/reasonOf.ts';
import { isZerobusError, ZerobusError } from '../../lib/errors/zerobusError.ts';
import { recover } from '../../operators/recover.ts';
import { throughZerobus } from '../../operators/throughZerobus.ts';
import { toZerobus } from '../../operators/toZerobus.ts';
import { ScriptedService } from '../support/scriptedService.ts';
import { thrownBy } from '../support/thrownBy.ts';

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

/** Values that throw when they are looked at, or of which no text can be made. */
const unreadable: readonly (readonly [name: string, value: unknown])[] = [
  ['a revoked proxy', revoked({})],
  ['a revoked proxy of an array', revoked([])],
  ['an object without a prototype', Object.create(null)],
  ['an object whose text is an object', { toString: () => ({}), valueOf: () => ({}) }],
  ['a symbol', Symbol('s')],
];

describe('A value that can not be looked at', () => {
  for (const [name, value] of unreadable) {
    it(`is described as any other, if it is ${name}`, () => {
      expect(isZerobusError(value)).toBeFalse();
      expect(isError(value)).toBeFalse();
      expect(kindOf(value)).toMatch(/^(an object|symbol)$/);
      expect(reasonOf(value)).toMatch(/^(an object|Symbol\(s\))$/);
    });

    it(`is refused as an option with a ZerobusError, if it is ${name}`, () => {
      for (const check of [
        () => integerAtLeast(1, 'streams', value as number),
        () => timerDelay('every.ms', value as number),
        () => checkFunction('row', value, '(value) => … '),
        () => recover({ recoveryRetries: value as number }),
        () => toZerobus('main.iot.readings', { overflow: value as 'error' }),
      ]) {
        expect(thrownBy(check)).toEqual(jasmine.any(ZerobusError));
      }
    });

    it(`is refused as options with a ZerobusError or is empty, if it is ${name}`, () => {
      try {
        recover(value as object);
        expect(Object.keys(value as object)).toEqual([]);
      } catch (error) {
        expect(error).toEqual(jasmine.objectContaining({ code: 'INVALID_OPTIONS' }));
      }
    });

    it(`ends the stream with a ZerobusError if a record or row throws it, and it is ${name}`, async () => {
      const fail = (): never => {
        throw value;
      };
      const { transport } = new ScriptedService();
      const record = Object.defineProperty({}, 'n', { enumerable: true, get: fail });
      const endOf = (operator: OperatorFunction<object, unknown>): Promise<unknown> =>
        firstValueFrom(of(record).pipe(operator)).catch((reason: unknown) => reason);

      expect(await endOf(toZerobus('main.iot.readings', { transport }))).toEqual(
        jasmine.objectContaining({ code: 'INVALID_RECORD', offset: 0 }),
      );
      const failing = throughZerobus('main.iot.readings', { transport, row: fail });
      expect(await endOf(failing)).toEqual(jasmine.any(ZerobusError));
    });
  }
});
