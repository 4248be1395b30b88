import fc from 'fast-check';
import { concatMap, from, map, type Observable, tap, timer, VirtualTimeScheduler } from 'rxjs';
import type { ZerobusError } from '../../../lib/errors/zerobusError.ts';
import { throughZerobus } from '../../../operators/throughZerobus.ts';
import { toZerobus } from '../../../operators/toZerobus.ts';
import { fates, inBursts, usually } from '../../support/arbitraryRuns.ts';
import { CheckingService, type Fate } from '../../support/checkingService.ts';
import { TABLE } from '../../support/toZerobusWorld.ts';

type Kind = 'good' | 'no row' | 'refused' | 'not JSON' | 'no key';

interface Message {
  readonly id: number;
  readonly device: number;
  readonly kind: Kind;
}

interface Run {
  readonly values: readonly Omit<Message, 'id'>[];
  /** What happens to the batches that the service gets, in turn. */
  readonly fates: readonly Fate[];
  readonly streams: number;
  readonly isPartitioned: boolean;
  readonly maxBatchRecords: number;
  readonly maxInflightRecords: number;
  /** How many values the source emits in a turn. */
  readonly burst: number;
  readonly recoveryRetries: number;
  readonly jitter: readonly number[];
}

const runs: fc.Arbitrary<Run> = fc.record({
  values: fc.array(
    fc.record({ device: fc.nat(9), kind: usually<Kind>('good', 7, 'no row', 'refused', 'not JSON', 'no key') }),
    { maxLength: 150 },
  ),
  fates: fates(80),
  streams: fc.integer({ min: 2, max: 5 }),
  isPartitioned: fc.boolean(),
  maxBatchRecords: fc.integer({ min: 1, max: 30 }),
  maxInflightRecords: usually(1000, 5, 20, 50),
  burst: fc.integer({ min: 1, max: 40 }),
  recoveryRetries: usually(1000, 4, 0, 1),
  jitter: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 5 }),
});

function partitionBy({ device, kind }: Message): number {
  if (kind === 'no key') {
    throw new RangeError('no key');
  }
  return device;
}

function row({ kind, ...message }: Message): object | undefined {
  return kind === 'no row' ? undefined : { ...message, kind, value: kind === 'not JSON' ? Number.NaN : 1 };
}

/** What has become of the values of a run, by their numbers. */
interface Outcome {
  readonly messages: readonly Message[];
  readonly emitted: number[];
  readonly takenIn: number[];
  /** The rows as the service has got them, with repetitions. */
  readonly stored: readonly Message[];
  readonly failure: ZerobusError<Message> | undefined;
  readonly hasCompleted: boolean;
  /** The watermarks of `toZerobus` with the same source, and those of them that were ahead of the table. */
  readonly ahead: readonly number[];
}

function isBad({ kind }: Message, isPartitioned: boolean): boolean {
  return kind === 'refused' || kind === 'not JSON' || (kind === 'no key' && isPartitioned);
}

function outcomeOf(run: Run): Outcome {
  const scheduler = new VirtualTimeScheduler(undefined, Number.POSITIVE_INFINITY);
  const service = new CheckingService({
    scheduler,
    refuses: (record) => record.includes('refused'),
    fates: run.fates,
  });
  const messages = run.values.map((value, id): Message => ({ id, ...value }));
  const [emitted, takenIn, ahead]: [number[], number[], number[]] = [[], [], []];
  let [failure, hasCompleted, jitter]: [ZerobusError<Message> | undefined, boolean, number] = [undefined, false, 0];
  const { burst, isPartitioned, streams, maxBatchRecords, maxInflightRecords, recoveryRetries } = run;
  const isStored = (id: number): boolean => service.rows.some((each) => (JSON.parse(each) as Message).id === id);
  inBursts(messages, burst, scheduler)
    .pipe(
      throughZerobus<Message, Message>(TABLE, {
        row: row as (message: Message) => Message | undefined,
        streams,
        partitionBy: isPartitioned ? partitionBy : undefined,
        rejected: ({ value, offset, error }) => {
          expect([offset, error.offset]).toEqual([value.id, value.id]);
          return timer(7, scheduler).pipe(tap({ complete: () => takenIn.push(value.id) }));
        },
        maxBatchRecords,
        maxInflightRecords,
        recoveryRetries,
        maxRejectionsInARow: 1000,
        random: () => run.jitter[jitter++ % run.jitter.length] as number,
        scheduler,
        transport: service,
      }),
    )
    .subscribe({
      next: ({ id, kind }) => {
        emitted.push(id);
        if (kind !== 'no row' && !isStored(id)) {
          ahead.push(id);
        }
      },
      error: (error) => {
        failure = error;
      },
      complete: () => {
        hasCompleted = true;
      },
    });
  scheduler.flush();
  const stored = service.rows.map((each) => JSON.parse(each) as Message);
  return { messages, emitted, takenIn, stored, failure, hasCompleted, ahead };
}

const idsOf = (messages: readonly Message[]): number[] => messages.map(({ id }) => id);
const ascending = (ids: readonly number[]): number[] => [...ids].sort((a, b) => a - b);

describe('throughZerobus with several streams, whatever happens', () => {
  it('emits in the order of the source what is durable, keeps the order of each key, and loses nothing', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const { messages, emitted, takenIn, stored, failure, hasCompleted, ahead } = outcomeOf(run);
        const unacked = idsOf(failure?.unacked ?? []);
        expect(ahead).toEqual([]);
        for (const ids of [emitted, unacked]) {
          expect(ids).toEqual(ascending(ids));
        }
        expect(takenIn.filter((id) => !isBad(messages[id] as Message, run.isPartitioned))).toEqual([]);
        expect(stored.filter((message) => isBad(message, run.isPartitioned))).toEqual([]);
        if (run.isPartitioned) {
          for (const { device } of messages) {
            const first = [...new Set(idsOf(stored.filter((message) => message.device === device)))];
            expect(first).toEqual(ascending(first));
          }
        }
        // Exactly one place, for all values that the source has emitted before the end.
        const everywhere = ascending([...emitted, ...takenIn, ...unacked]);
        expect(everywhere).toEqual(everywhere.map((_, id) => id));
        expect(hasCompleted).toBe(failure === undefined);
        if (hasCompleted) {
          expect(everywhere.length).toBe(messages.length);
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe('toZerobus with several streams, whatever happens', () => {
  function watermarksOf(run: Run, check: (watermark: number, stored: ReadonlySet<number>) => void): readonly number[] {
    const scheduler = new VirtualTimeScheduler(undefined, Number.POSITIVE_INFINITY);
    const service = new CheckingService({
      scheduler,
      refuses: () => false,
      fates: run.fates,
    });
    const source$: Observable<Omit<Message, 'kind'>> = from(run.values).pipe(
      concatMap(({ device }, id) => timer(id % run.burst === 0 ? 1 : 0, scheduler).pipe(map(() => ({ id, device })))),
    );
    const watermarks: number[] = [];
    let unacked: readonly unknown[] = [];
    source$
      .pipe(
        toZerobus(TABLE, {
          streams: run.streams,
          partitionBy: run.isPartitioned ? ({ device }) => device : undefined,
          maxBatchRecords: run.maxBatchRecords,
          recoveryRetries: run.recoveryRetries,
          random: () => run.jitter[0] as number,
          scheduler,
          transport: service,
        }),
      )
      .subscribe({
        next: (watermark) => {
          watermarks.push(watermark);
          check(watermark, new Set(service.rows.map((each) => (JSON.parse(each) as Message).id)));
        },
        error: (error: ZerobusError) => {
          unacked = error.unacked;
        },
        complete: () => expect(watermarks.at(-1) ?? -1).toBe(run.values.length - 1),
      });
    scheduler.flush();
    const handedBack = unacked.map((each) => (JSON.parse(each as string) as Message).id);
    expect(handedBack).toEqual(ascending(handedBack));
    expect(handedBack.every((id) => id > (watermarks.at(-1) ?? -1))).toBeTrue();
    return watermarks;
  }

  it('emits one watermark that only rises and is never ahead of the table', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const watermarks = watermarksOf(run, (watermark, stored) => {
          for (let id = 0; id <= watermark; id++) {
            expect(stored.has(id)).withContext(`${id} up to ${watermark}`).toBeTrue();
          }
        });
        expect(watermarks).toEqual(ascending([...new Set(watermarks)]));
      }),
      { numRuns: 200 },
    );
  });
});
