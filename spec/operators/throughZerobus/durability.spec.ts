import fc from 'fast-check';
import {
  concatMap,
  EMPTY,
  from,
  mergeMap,
  NEVER,
  type Observable,
  tap,
  throwError,
  timer,
  VirtualTimeScheduler,
} from 'rxjs';
import type { ZerobusError } from '../../../lib/errors/zerobusError.ts';
import { throughZerobus } from '../../../operators/throughZerobus.ts';
import { CheckingService, type Fate } from '../../support/checkingService.ts';
import { TABLE } from '../../support/toZerobusWorld.ts';

type Kind = 'good' | 'no row' | 'refused' | 'not JSON' | 'throws';

interface Message {
  readonly id: number;
  readonly kind: Kind;
}

/** How a dead letter is taken in. */
type Way = 'at once' | 'empty' | 'later' | 'never' | 'error';

interface Run {
  readonly kinds: readonly Kind[];
  /** What happens to the batches that the service gets, in turn. */
  readonly fates: readonly Fate[];
  readonly ways: readonly Way[];
  readonly maxBatchRecords: number;
  /** How many values the source emits in a turn. */
  readonly burst: number;
}

const usually = <T>(usual: T, weight: number, ...others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

const runs: fc.Arbitrary<Run> = fc.record({
  kinds: fc.array(usually<Kind>('good', 5, 'no row', 'refused', 'refused', 'not JSON', 'throws'), { maxLength: 120 }),
  fates: fc.array(usually<Fate>('store', 9, 'cut', 'cut after', 'close signal'), { maxLength: 80 }),
  ways: fc.array(usually<Way>('later', 9, 'at once', 'at once', 'empty', 'empty', 'never', 'error'), {
    minLength: 1,
    maxLength: 12,
  }),
  maxBatchRecords: fc.integer({ min: 1, max: 30 }),
  burst: fc.integer({ min: 1, max: 40 }),
});

function row({ id, kind }: Message): object | undefined {
  if (kind === 'throws') {
    throw new RangeError(`no row for ${id}`);
  }
  return kind === 'no row' ? undefined : { id, kind, value: kind === 'not JSON' ? Number.NaN : 1 };
}

/** What has become of the values of a run, by their numbers. */
interface Outcome {
  readonly emitted: number[];
  readonly takenIn: number[];
  readonly stored: ReadonlySet<number>;
  readonly failure: ZerobusError<Message> | undefined;
  readonly hasCompleted: boolean;
}

function outcomeOf({ kinds, fates, ways, maxBatchRecords, burst }: Run): Outcome {
  const scheduler = new VirtualTimeScheduler(undefined, Number.POSITIVE_INFINITY);
  const fate = fates.values();
  const service = new CheckingService({
    scheduler,
    refuses: (record) => record.includes('refused'),
    fate: () => fate.next().value ?? 'store',
  });
  const [emitted, takenIn]: [number[], number[]] = [[], []];
  let [failure, hasCompleted, letters]: [ZerobusError<Message> | undefined, boolean, number] = [undefined, false, 0];
  const takeIn = (id: number): Observable<unknown> | undefined => {
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
      default:
        return timer(7, scheduler).pipe(tap({ complete: () => takenIn.push(id) }));
    }
  };
  const messages = kinds.map((kind, id): Message => ({ id, kind }));
  const bursts = Array.from({ length: Math.ceil(messages.length / burst) }, (_, n) =>
    messages.slice(n * burst, (n + 1) * burst),
  );
  from(bursts)
    .pipe(
      concatMap((each) => timer(1, scheduler).pipe(mergeMap(() => each))),
      throughZerobus<Message>(TABLE, {
        row,
        rejected: ({ value, offset, error }) => {
          expect([offset, error.offset]).toEqual([value.id, value.id]);
          return takeIn(value.id);
        },
        maxBatchRecords,
        maxRejectionsInARow: 1000,
        recoveryRetries: 1000,
        random: () => 0,
        scheduler,
        transport: service,
      }),
    )
    .subscribe({
      next: ({ id }) => emitted.push(id),
      error: (error) => {
        failure = error;
      },
      complete: () => {
        hasCompleted = true;
      },
    });
  scheduler.flush();
  const stored = new Set(service.rows.map((each) => (JSON.parse(each) as Message).id));
  return { emitted, takenIn, stored, failure, hasCompleted };
}

describe('throughZerobus, whatever happens', () => {
  it('emits each value in order once it is durable, or has it taken in, or hands it back', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const { emitted, takenIn, stored, failure, hasCompleted } = outcomeOf(run);
        const unacked = failure?.unacked.map(({ id }) => id) ?? [];
        const isBad = (id: number): boolean => !['good', 'no row'].includes(run.kinds[id] as Kind);
        for (const ids of [emitted, unacked]) {
          expect(ids).toEqual([...ids].sort((a, b) => a - b));
        }
        expect(emitted.filter((id) => isBad(id) || (run.kinds[id] === 'good' && !stored.has(id)))).toEqual([]);
        expect(takenIn.filter((id) => !isBad(id))).toEqual([]);
        expect([...stored].filter(isBad)).toEqual([]);
        // Exactly one place, for all values that the source has emitted before the end.
        const everywhere = [...emitted, ...takenIn, ...unacked].sort((a, b) => a - b);
        expect(everywhere).toEqual(everywhere.map((_, id) => id));
        expect(hasCompleted).toBe(failure === undefined);
        if (hasCompleted) {
          expect(everywhere.length).toBe(run.kinds.length);
        }
      }),
      { numRuns: 500 },
    );
  });
});
