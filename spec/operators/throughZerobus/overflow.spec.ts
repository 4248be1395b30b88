import fc from 'fast-check';
import { tap, timer, VirtualTimeScheduler } from 'rxjs';
import type { ZerobusError } from '../../../lib/errors/zerobusError.ts';
import type { ZerobusEvent } from '../../../lib/stream/zerobusEvent.ts';
import { throughZerobus } from '../../../operators/throughZerobus.ts';
import { fates, inBursts, usually } from '../../support/arbitraryRuns.ts';
import { CheckingService, type Fate } from '../../support/checkingService.ts';
import { TABLE } from '../../support/toZerobusWorld.ts';

type Kind = 'good' | 'no row' | 'refused' | 'not JSON';

interface Message {
  readonly id: number;
  readonly kind: Kind;
}

interface Run {
  readonly kinds: readonly Kind[];
  /** What happens to the batches that the service gets, in turn. */
  readonly fates: readonly Fate[];
  readonly overflow: 'dropOldest' | 'dropNewest';
  readonly streams: number;
  readonly maxBatchRecords: number;
  readonly maxInflightRecords: number;
  readonly maxInflightBytes: number;
  readonly burst: number;
  readonly recoveryRetries: number;
}

const runs: fc.Arbitrary<Run> = fc.record({
  kinds: fc.array(usually<Kind>('good', 7, 'no row', 'refused', 'not JSON'), { minLength: 30, maxLength: 200 }),
  fates: fates(80, 5),
  overflow: fc.constantFrom('dropOldest', 'dropNewest'),
  streams: usually(1, 2, 2, 3),
  maxBatchRecords: fc.integer({ min: 1, max: 30 }),
  maxInflightRecords: fc.integer({ min: 1, max: 20 }),
  maxInflightBytes: usually(1_000_000, 3, 100, 500),
  burst: fc.integer({ min: 1, max: 60 }),
  recoveryRetries: usually(1000, 4, 0, 1),
});

function row({ id, kind }: Message): object | undefined {
  return kind === 'no row' ? undefined : { id, kind, value: kind === 'not JSON' ? Number.NaN : 1 };
}

/** A rejected value is taken in before the values around it are dropped. */
const takenInBefore: Run = {
  kinds: [
    ...['good', 'refused', 'good', 'good', 'good', 'good', 'refused', 'good', 'good', 'no row', 'good', 'no row'],
    ...['good', 'good', 'good', 'not JSON', 'good', 'good', 'good', 'no row', 'good', 'good', 'good', 'good'],
    ...['good', 'no row', 'good', 'good', 'good', 'good', 'no row', 'good'],
  ] as readonly Kind[],
  fates: [],
  overflow: 'dropOldest',
  streams: 1,
  maxBatchRecords: 5,
  maxInflightRecords: 16,
  maxInflightBytes: 500,
  burst: 2,
  recoveryRetries: 0,
};

/** What has become of the values of a run, by their numbers. */
interface Outcome {
  readonly emitted: number[];
  readonly takenIn: number[];
  readonly sent: ReadonlySet<number>;
  readonly stored: ReadonlySet<number>;
  readonly failure: ZerobusError<Message> | undefined;
  readonly hasCompleted: boolean;
  readonly drops: readonly Extract<ZerobusEvent, { kind: 'dropped' }>[];
  /** The number of values that the source has emitted. */
  readonly emittedCount: number;
}

function outcomeOf({ kinds, fates, burst, ...options }: Run): Outcome {
  const scheduler = new VirtualTimeScheduler(undefined, Number.POSITIVE_INFINITY);
  const sent = new Set<number>();
  const service = new CheckingService({
    scheduler,
    refuses: (record) => {
      sent.add((JSON.parse(record) as Message).id);
      return record.includes('refused');
    },
    fates,
  });
  const [emitted, takenIn, drops]: [number[], number[], Extract<ZerobusEvent, { kind: 'dropped' }>[]] = [[], [], []];
  let [failure, hasCompleted, emittedCount]: [ZerobusError<Message> | undefined, boolean, number] = [
    undefined,
    false,
    0,
  ];
  const messages = kinds.map((kind, id): Message => ({ id, kind }));
  inBursts(messages, burst, scheduler)
    .pipe(
      tap(() => emittedCount++),
      throughZerobus<Message>(TABLE, {
        ...options,
        row,
        rejected: ({ value, offset, error }) => {
          expect([offset, error.offset]).toEqual([value.id, value.id]);
          return timer(7, scheduler).pipe(tap({ complete: () => takenIn.push(value.id) }));
        },
        events: {
          next: (event) => {
            if (event.kind === 'dropped') {
              drops.push(event);
            }
          },
        },
        maxRejectionsInARow: 1000,
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
  return { emitted, takenIn, sent, stored, failure, hasCompleted, drops, emittedCount };
}

const ascending = (ids: readonly number[]): number[] => [...ids].sort((a, b) => a - b);

describe('throughZerobus that drops values, whatever happens', () => {
  it('loses none but those that it reports, and none that was sent', () => {
    let [droppedInAll, keptInAll] = [0, 0];
    fc.assert(
      fc.property(runs, (run) => {
        const { emitted, takenIn, sent, stored, failure, hasCompleted, drops, emittedCount } = outcomeOf(run);
        const unacked = failure?.unacked.map(({ id }) => id) ?? [];
        for (const ids of [emitted, unacked]) {
          expect(ids).toEqual(ascending(ids));
        }
        const isBad = (id: number): boolean => !['good', 'no row'].includes(run.kinds[id] as Kind);
        expect(emitted.filter((id) => isBad(id) || (run.kinds[id] === 'good' && !stored.has(id)))).toEqual([]);
        const places = new Set([...emitted, ...takenIn, ...unacked]);
        expect(places.size).toBe(emitted.length + takenIn.length + unacked.length);
        const dropped = Array.from({ length: emittedCount }, (_, id) => id).filter((id) => !places.has(id));
        expect(drops.reduce((sum, { count }) => sum + count, 0)).toBe(dropped.length);
        expect(dropped.filter((id) => sent.has(id))).toEqual([]);
        const isReported = (id: number): boolean => drops.some(({ first, last }) => first <= id && id <= last);
        expect(dropped.every(isReported)).toBeTrue();
        expect(failure?.code).not.toBe('BUFFER_OVERFLOW');
        expect(hasCompleted).toBe(failure === undefined);
        droppedInAll += dropped.length;
        keptInAll += emitted.length;
      }),
      { numRuns: 500, examples: [[takenInBefore]] },
    );
    expect(droppedInAll).toBeGreaterThan(1000);
    expect(keptInAll).toBeGreaterThan(1000);
  });
});
