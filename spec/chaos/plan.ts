import fc from 'fast-check';
import type { Ending } from './clientBooks.ts';
import { GROUP_SIZE } from './clients/clientGroup.ts';
import { type ConnectionFault, type FaultKind, faultKinds } from './proxy/connectionFault.ts';
import type { Burst } from './rowSource.ts';

/** Moments at which a server is killed. */
export const killMoments = ['start', 'load', 'flush', 'commit', 'committed', 'checkpoint', 'compaction'] as const;

/** What the server is doing when it is killed. */
export type KillMoment = (typeof killMoments)[number];

/** A kill. */
export interface KillPlan {
  readonly moment: KillMoment;
  /** The table whose files show the moment. */
  readonly table: 'alpha' | 'beta';
  /** How long after the beginning of the moment it comes, from 0 to 1. */
  readonly at: number;
}

/** A run of clients through faulty proxies. */
export interface RunPlan {
  /** For each client the faults of its first connections, and of those to the token endpoint. */
  readonly faults: readonly (readonly ConnectionFault[])[];
  readonly tokenFaults: readonly ConnectionFault[];
  readonly bursts: readonly Burst[];
  readonly rows: number;
  readonly ending: Ending;
  /** When a run with the ending `abort` is aborted. */
  readonly abortAfterMs: number;
}

/** What a campaign is about. */
export type CampaignKind = 'kills' | FaultKind;

/** All kinds of campaigns. */
export const campaignKinds: readonly CampaignKind[] = ['kills', ...faultKinds];

/** What happens to one server and its tables, until the tables are read. */
export interface CampaignPlan {
  readonly kind: CampaignKind;
  /** The number of the campaign among those of its kind. */
  readonly number: number;
  readonly kills: readonly KillPlan[];
  /** How rows are sent while the server is killed. */
  readonly bursts: readonly Burst[];
  readonly runs: readonly RunPlan[];
}

/** How many kills or runs there are for each server and its tables. */
const KILLS_EACH = 50;
const RUNS_EACH = 10;

function burstsWith(pauseMs: fc.Arbitrary<number>): fc.Arbitrary<readonly Burst[]> {
  return fc.array(fc.record({ rows: fc.integer({ min: 1, max: 60 }), pauseMs }), { minLength: 4, maxLength: 12 });
}

/** While a server is killed, rows come all the time. Behind a proxy, they come fast: the runs are short. */
const lasting = burstsWith(fc.integer({ min: 10, max: 250 }));
const quick = burstsWith(fc.integer({ min: 0, max: 30 }));

const kill: fc.Arbitrary<KillPlan> = fc.record({
  moment: fc.constantFrom(...killMoments),
  table: fc.constantFrom('alpha' as const, 'beta' as const),
  at: fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000),
});

function faultOf(kind: FaultKind): fc.Arbitrary<ConnectionFault> {
  return fc
    .record({
      direction: fc.constantFrom('toServer' as const, 'toClient' as const),
      at: fc.integer({ min: 0, max: 1000 }),
      delayMs: fc.integer({ min: 1, max: 250 }),
      bytesPerSecond: fc.integer({ min: 500, max: 50_000 }),
    })
    .map(({ direction, at, delayMs, bytesPerSecond }) => {
      // More often early, in the handshake. The service answers with few bytes.
      const most = direction === 'toServer' ? 30_000 : 1500;
      return { kind, direction, afterBytes: Math.floor((at / 1000) ** 2 * most), delayMs, bytesPerSecond };
    });
}

function runOf(kind: FaultKind): fc.Arbitrary<RunPlan> {
  const faults = fc.array(faultOf(kind), { minLength: 1, maxLength: 4 });
  return fc.record({
    faults: fc.array(faults, { minLength: GROUP_SIZE, maxLength: GROUP_SIZE }),
    tokenFaults: fc.array(faultOf(kind), { maxLength: 2 }),
    bursts: quick,
    rows: fc.integer({ min: 1, max: 1500 }),
    ending: fc.constantFrom(
      'complete' as const,
      'complete' as const,
      'complete' as const,
      'giveUp' as const,
      'abort' as const,
    ),
    abortAfterMs: fc.integer({ min: 0, max: 1500 }),
  });
}

/**
 * Draws campaigns. The same seed draws the same ones, whatever other kinds there are; more of them begin with the same.
 *
 * @param count the number of kills, or of runs
 */
export function drawCampaigns(kind: CampaignKind, count: number, seed: number): readonly CampaignPlan[] {
  const each = kind === 'kills' ? KILLS_EACH : RUNS_EACH;
  const campaigns = Math.ceil(count / each);
  const draw = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number): readonly T[] =>
    fc.sample(fc.noBias(arbitrary), { seed: seed * campaignKinds.length + campaignKinds.indexOf(kind), numRuns });
  const kills = kind === 'kills' ? draw(kill, count) : [];
  const runs = kind === 'kills' ? [] : draw(runOf(kind), count);
  return draw(lasting, campaigns).map((drawn, number) => ({
    kind,
    number,
    bursts: drawn,
    kills: kills.slice(number * each, (number + 1) * each),
    runs: runs.slice(number * each, (number + 1) * each),
  }));
}
