import fc from 'fast-check';
import { VirtualTimeScheduler } from 'rxjs';
import type { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { ZerobusSdk } from '../../lib/sdk/zerobusSdk.ts';
import { fates, takerOf, usually, type Way, ways } from '../support/arbitraryRuns.ts';
import { CheckingService, type Fate } from '../support/checkingService.ts';

interface Run {
  /** The submissions: which of their records are bad. One of a single flag is a record, and not a batch. */
  readonly submissions: readonly (readonly boolean[])[];
  readonly fates: readonly Fate[];
  readonly ways: readonly Way[];
  readonly maxBatchRecords: number;
  readonly maxInflightRecords: number;
}

const runs: fc.Arbitrary<Run> = fc.record({
  submissions: fc.array(fc.array(usually(false, 9, true), { minLength: 1, maxLength: 4 }), { maxLength: 60 }),
  fates: fates(60),
  ways,
  maxBatchRecords: fc.integer({ min: 1, max: 20 }),
  maxInflightRecords: fc.integer({ min: 1, max: 60 }),
});

interface Outcome {
  /** Of each submission: its offset, or the code of its error and the offset in it. */
  readonly promises: readonly (number | string)[];
  /** The calls of `ackCallback`, in order. */
  readonly calls: readonly string[];
  /** The numbers of the submissions that were taken in, that are stored, and that were handed back. */
  readonly takenIn: readonly number[];
  readonly stored: ReadonlySet<number>;
  readonly unacked: readonly number[];
}

async function outcomeOf({ submissions, fates, ways, ...limits }: Run): Promise<Outcome> {
  const scheduler = new VirtualTimeScheduler(undefined, Number.POSITIVE_INFINITY);
  const service = new CheckingService({
    scheduler,
    refuses: (record) => record.includes('true'),
    fates,
  });
  const takenIn: number[] = [];
  const calls: string[] = [];
  const takeIn = takerOf(ways, takenIn, scheduler);
  const records = submissions.map((flags, id) => flags.map((isBad) => ({ id, isBad })));
  const sdk = new ZerobusSdk('http://127.0.0.1:1', 'http://127.0.0.1:2', { transport: service });
  const creation = sdk.createStream({ tableName: 'main.iot.readings' }, 'client', 'secret', {
    ...limits,
    scheduler,
    random: () => 0,
    recoveryRetries: 1000,
    maxRejectionsInARow: 1000,
    rejected: ({ value, record, offset, error }) => {
      const whole = records[offset] as object[];
      expect(error.offset).toBe(offset);
      expect(value).toEqual(whole.length === 1 ? (whole[0] as object) : whole);
      expect(record).toEqual(whole.length === 1 ? JSON.stringify(whole[0]) : whole.map((each) => JSON.stringify(each)));
      return takeIn(offset);
    },
    ackCallback: {
      onAck: (offset) => void calls.push(`${offset} ack`),
      onError: (offset, { code }) => void calls.push(`${offset} ${code}`),
    },
  });
  scheduler.flush();
  const stream = await creation;
  const promises = records.map((each) =>
    (each.length === 1 ? stream.ingestRecord(each[0] as object) : stream.ingestRecords(each)).then(
      (offset) => offset as number,
      ({ code, offset }: ZerobusError) => `${code} ${offset}`,
    ),
  );
  const closed = stream.close().catch(() => {});
  scheduler.flush();
  await closed;
  const outcomes = await Promise.all(promises);
  while (calls.length < stream.stats.nextOffset) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  const unacked = await stream.getUnackedBatches();
  const idOf = (record: unknown): number => (JSON.parse(record as string) as { id: number }).id;
  for (const batch of unacked) {
    expect(batch.length).toBe(records[idOf(batch[0])]?.length ?? 0);
  }
  return {
    promises: outcomes,
    calls,
    takenIn,
    stored: new Set(service.rows.map(idOf)),
    unacked: unacked.map(([first]) => idOf(first)),
  };
}

describe('ZerobusStream with rejected, whatever happens', () => {
  it('makes each submission durable, or has it taken in, or hands it back, and its promise says which', async () => {
    await fc.assert(
      fc.asyncProperty(runs, async (run) => {
        const { promises, calls, takenIn, stored, unacked } = await outcomeOf(run);
        const isBad = (id: number): boolean => run.submissions[id]?.includes(true) === true;
        const durable = promises.flatMap((outcome, id) => (outcome === id ? [id] : []));
        const refused = promises.flatMap((outcome, id) => (outcome === `INVALID_ARGUMENT ${id}` ? [id] : []));
        const failed = promises.flatMap((_, id) => (durable.includes(id) || refused.includes(id) ? [] : [id]));
        expect(durable.filter((id) => isBad(id) || !stored.has(id))).toEqual([]);
        expect([...stored].filter(isBad)).toEqual([]);
        expect(refused).toEqual([...takenIn].sort((a, b) => a - b));
        expect(takenIn.filter((id) => !isBad(id))).toEqual([]);
        expect(unacked).toEqual([...unacked].sort((a, b) => a - b));
        expect(unacked.filter((id) => !failed.includes(id))).toEqual([]);
        // What failed was handed back, or is durable behind a submission that was not taken in, or had no room yet.
        const accepted = calls.length;
        expect(failed.filter((id) => id < accepted && !unacked.includes(id) && !stored.has(id))).toEqual([]);
        expect(calls).toEqual(
          promises
            .slice(0, accepted)
            .map((outcome, id) => `${id} ${outcome === id ? 'ack' : `${outcome}`.split(' ')[0]}`),
        );
      }),
      { numRuns: 300 },
    );
  });
});
