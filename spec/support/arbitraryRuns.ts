import fc from 'fast-check';
import {
  concatMap,
  EMPTY,
  from,
  mergeMap,
  NEVER,
  type Observable,
  type SchedulerLike,
  tap,
  throwError,
  timer,
} from 'rxjs';
import type { Fate } from './checkingService.ts';

/** Returns one value most of the time, and now and then one of the others. */
export function usually<T>(usual: T, weight: number, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
}

/** What happens to the batches that a service gets, in turn. */
export function fates(maxLength: number, storeWeight = 9): fc.Arbitrary<readonly Fate[]> {
  return fc.array(usually<Fate>('store', storeWeight, 'cut', 'cut after', 'close signal'), { maxLength });
}

/** How a dead letter is taken in. */
export type Way = 'at once' | 'empty' | 'later' | 'never' | 'error' | 'throw';

/** How dead letters are taken in, in turn. */
export const ways: fc.Arbitrary<readonly Way[]> = fc.array(
  usually<Way>('later', 9, 'at once', 'at once', 'empty', 'empty', 'never', 'error', 'throw'),
  { minLength: 1, maxLength: 12 },
);

/** Returns what takes in dead letters, and adds the numbers of those that are taken in. */
export function takerOf(
  ways: readonly Way[],
  takenIn: number[],
  scheduler: SchedulerLike,
): (id: number) => Observable<unknown> | undefined {
  let letters = 0;
  return (id) => {
    switch (ways[letters++ % ways.length]) {
      case 'at once':
        takenIn.push(id);
        return undefined;
      case 'empty':
        takenIn.push(id);
        return EMPTY;
      case 'never':
        return NEVER;
      case 'error':
        return throwError(() => new Error('the disk is full'));
      case 'throw':
        throw new Error('the disk is gone');
      default:
        return timer(7, scheduler).pipe(tap({ complete: () => takenIn.push(id) }));
    }
  };
}

/** Emits values, as many at once as the burst has, and one burst each millisecond. */
export function inBursts<T>(values: readonly T[], burst: number, scheduler: SchedulerLike): Observable<T> {
  const bursts = Array.from({ length: Math.ceil(values.length / burst) }, (_, n) =>
    values.slice(n * burst, (n + 1) * burst),
  );
  return from(bursts).pipe(concatMap((each) => timer(1, scheduler).pipe(mergeMap(() => each))));
}
