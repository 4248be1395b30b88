import fc from 'fast-check';
import { VirtualTimeScheduler } from 'rxjs';
import type { ZerobusError } from '../../../lib/errors/zerobusError.ts';
import type { Rejected } from '../../../lib/stream/rejected.ts';
import { throughZerobus } from '../../../operators/throughZerobus.ts';
import { fates, inBursts, takerOf, usually, type Way, ways } from '../../support/arbitraryRuns.ts';
import { CheckingService, type Fate } from '../../support/checkingService.ts';
import { TABLE } from '../../support/toZerobusWorld.ts';

type Kind = 'good' | 'no row' | 'refused' | 'not JSON' | 'throws';

interface Message {
  readonly id: number;
  readonly kind: Kind;
}

interface Run {
  readonly kinds: readonly Kind[];
  /** What happens to the batches that the service gets, in turn. */
  readonly fates: readonly Fate[];
  readonly ways: readonly Way[];
  /** Whether there is the option `rejected`. Otherwise the first bad value ends the stream. */
  readonly rejects: boolean;
  readonly emitRejected: boolean;
  readonly maxBatchRecords: number;
  /** How many values the source emits in a turn. */
  readonly burst: number;
}

const runs: fc.Arbitrary<Run> = fc.record({
  kinds: fc.array(usually<Kind>('good', 5, 'no row', 'refused', 'refused', 'not JSON', 'throws'), { maxLength: 120 }),
  fates: fates(80),
  ways,
  rejects: usually(true, 4, false),
  emitRejected: fc.boolean(),
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

function outcomeOf({ kinds, fates, ways, rejects, emitRejected, maxBatchRecords, burst }: Run): Outcome {
  const scheduler = new VirtualTimeScheduler(undefined, Number.POSITIVE_INFINITY);
  const service = new CheckingService({
    scheduler,
    refuses: (record) => record.includes('refused'),
    fates,
  });
  const [emitted, takenIn]: [number[], number[]] = [[], []];
  let [failure, hasCompleted]: [ZerobusError<Message> | undefined, boolean] = [undefined, false];
  const takeIn = takerOf(ways, takenIn, scheduler);
  const rejected: Rejected<Message> = ({ value, offset, error }) => {
    expect([offset, error.offset]).toEqual([value.id, value.id]);
    return takeIn(value.id);
  };
  const messages = kinds.map((kind, id): Message => ({ id, kind }));
  inBursts(messages, burst, scheduler)
    .pipe(
      throughZerobus<Message>(TABLE, {
        row,
        rejected: rejects ? rejected : undefined,
        emitRejected,
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
        const isSafe = (id: number): boolean => run.kinds[id] === 'no row' || stored.has(id);
        const isEmittedRightly = (id: number): boolean =>
          isBad(id) ? run.emitRejected && takenIn.includes(id) : isSafe(id);
        expect(emitted.filter((id) => !isEmittedRightly(id))).toEqual([]);
        expect(takenIn.filter((id) => !isBad(id))).toEqual([]);
        expect([...stored].filter(isBad)).toEqual([]);
        // Exactly one place, for all values that the source has emitted before the end.
        const everywhere = [...emitted, ...(run.emitRejected ? [] : takenIn), ...unacked].sort((a, b) => a - b);
        expect(everywhere).toEqual(everywhere.map((_, id) => id));
        expect(hasCompleted).toBe(failure === undefined);
        expect(failure?.code).not.toBe('INTERNAL');
        if (hasCompleted) {
          expect(everywhere.length).toBe(run.kinds.length);
        }
      }),
      { numRuns: 500 },
    );
  });
});
