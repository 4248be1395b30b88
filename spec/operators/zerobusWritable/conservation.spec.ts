import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import fc from 'fast-check';
import { asyncScheduler } from 'rxjs';
import { zerobusWritable } from '../../../operators/zerobusWritable.ts';
import { zerobusWritableStream } from '../../../operators/zerobusWritableStream.ts';
import { fates, usually } from '../../support/arbitraryRuns.ts';
import { CheckingService, type Fate } from '../../support/checkingService.ts';
import { TABLE } from '../../support/toZerobusWorld.ts';

type Kind = 'good' | 'refused' | 'not JSON';

interface Run {
  readonly kinds: readonly Kind[];
  /** What happens to the batches that the service gets, in turn. */
  readonly fates: readonly Fate[];
  readonly maxInflightRecords: number;
  readonly highWaterMark: number;
  /** The number of records that are written in one turn. */
  readonly burst: number;
  /** The number of records after which the stream is destroyed, if it has so many. */
  readonly destroyedAt: number;
  readonly isWeb: boolean;
}

const runs: fc.Arbitrary<Run> = fc.record({
  kinds: fc.array(usually<Kind>('good', 7, 'refused', 'not JSON'), { maxLength: 60 }),
  fates: fates(40),
  maxInflightRecords: fc.integer({ min: 1, max: 40 }),
  highWaterMark: fc.integer({ min: 1, max: 20 }),
  burst: fc.integer({ min: 1, max: 30 }),
  destroyedAt: fc.integer({ min: 1, max: 120 }),
  isWeb: fc.boolean(),
});

interface Outcome {
  readonly durableOffset: number;
  readonly unacked: readonly unknown[];
  readonly takenIn: ReadonlySet<number>;
  readonly stored: ReadonlySet<string>;
  readonly writtenCount: number;
  readonly hasFinished: boolean;
}

const record = (id: number, kind: Kind): object => ({ id, kind, value: kind === 'not JSON' ? Number.NaN : 1 });

async function outcomeOf(run: Run): Promise<Outcome> {
  const service = new CheckingService({
    scheduler: asyncScheduler,
    refuses: (each) => each.includes('refused'),
    fates: run.fates,
  });
  const takenIn = new Set<number>();
  const options = {
    transport: service,
    maxInflightRecords: run.maxInflightRecords,
    highWaterMark: run.highWaterMark,
    recoveryRetries: 1000,
    random: () => 0,
    maxRejectionsInARow: 1000,
    rejected: ({ value }: { readonly value: unknown }) => void takenIn.add((value as { id: number }).id),
  };
  let writtenCount = 0;
  let destroy = (): void => {};
  async function* records(): AsyncGenerator<object> {
    for (const kind of run.kinds) {
      if (writtenCount === run.destroyedAt) {
        destroy();
        return;
      }
      if (writtenCount % run.burst === 0) {
        await new Promise(setImmediate);
      }
      yield record(writtenCount, kind);
      writtenCount++;
    }
  }
  const finish = async (done: Promise<void>): Promise<boolean> =>
    done.then(
      () => true,
      () => false,
    );
  if (run.isWeb) {
    const stream = zerobusWritableStream(TABLE, options);
    const writer = stream.getWriter();
    destroy = () => void writer.abort('enough').catch(() => {});
    const hasFinished = await finish(
      (async () => {
        for await (const each of records()) {
          // Within the stream from now on, even if this write fails.
          writer.write(each).catch(() => {});
          await writer.ready;
        }
        await writer.close();
      })(),
    );
    await writer.closed.catch(() => {});
    const stored = new Set(service.rows);
    return { durableOffset: stream.durableOffset, unacked: stream.unacked, takenIn, stored, writtenCount, hasFinished };
  }
  const stream = zerobusWritable(TABLE, options);
  destroy = () => stream.destroy();
  const isClosed = once(stream, 'close');
  const hasFinished = await finish(
    (async () => {
      for await (const each of records()) {
        if (!stream.write(each, () => {})) {
          await Promise.race([once(stream, 'drain'), isClosed]);
        }
      }
      await pipeline(Readable.from([]), stream);
    })(),
  );
  const stored = new Set(service.rows);
  return { durableOffset: stream.durableOffset, unacked: stream.unacked, takenIn, stored, writtenCount, hasFinished };
}

describe('zerobusWritable and zerobusWritableStream, whatever happens', () => {
  it('make each record durable, or have it taken in, or hand it back in order', async () => {
    await fc.assert(
      fc.asyncProperty(runs, async (run) => {
        const { durableOffset, unacked, takenIn, stored, writtenCount, hasFinished } = await outcomeOf(run);
        const payload = (id: number): string => JSON.stringify(record(id, run.kinds[id] as Kind));
        const ids = Array.from({ length: writtenCount }, (_, id) => id);
        const behind = ids.filter((id) => id > durableOffset && !takenIn.has(id) && run.kinds[id] !== 'not JSON');
        expect(unacked).toEqual(behind.map(payload));
        for (const id of ids.filter((each) => each <= durableOffset)) {
          expect(run.kinds[id] === 'good' ? stored.has(payload(id)) : takenIn.has(id)).toBeTrue();
        }
        expect([...takenIn].filter((id) => run.kinds[id] === 'good')).toEqual([]);
        if (hasFinished) {
          expect([durableOffset, writtenCount]).toEqual([run.kinds.length - 1, run.kinds.length]);
        } else {
          expect(run.destroyedAt).toBeLessThan(run.kinds.length);
        }
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
