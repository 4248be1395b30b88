import type { VirtualTimeScheduler } from 'rxjs';
import { isZerobusError } from '../../../lib/errors/zerobusError.ts';
import { expectRight } from '../expectRight.ts';
import { described } from './described.ts';
import { pump } from './pump.ts';

/** How a call has ended. */
type End = { readonly result: unknown } | { readonly error: unknown };

/**
 * Expects a call to end within an hour of virtual time, with a result or with a typed error.
 *
 * @param act the call. It may return a promise
 * @param isAllowed whether another error is as good. Defaults to none
 */
export async function expectTypedEnd(
  clock: VirtualTimeScheduler,
  act: () => unknown,
  isAllowed: (error: unknown) => boolean = () => false,
): Promise<void> {
  const ends: End[] = [];
  new Promise((resolve) => resolve(act())).then(
    (result) => ends.push({ result }),
    (error: unknown) => ends.push({ error }),
  );
  const unhandled = await pump(clock, () => ends.length > 0);
  expectRight(unhandled.length === 0, `${described(unhandled)} is not handled`);
  const [end] = ends;
  if (end === undefined) {
    throw new Error('The result is wrong: it is stuck.');
  }
  if ('error' in end) {
    expectRight(isZerobusError(end.error) || isAllowed(end.error), `the error is ${described(end.error)}`);
  }
}
