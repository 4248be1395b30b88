import { type CrashOutcome, type CrashSetting, crashAtCall } from './crashAtCall.ts';
import type { Failure, FailureKind } from './failureKind.ts';
import type { SeededRandom } from './seededRandom.ts';

/** One call of the scenario, as made by a run without failures. */
export interface ScenarioCall {
  readonly number: number;
  readonly name: string;
  /** The flush in progress, starting at 1. 0 if there was none. */
  readonly flush: number;
  /** Whether a table was being altered. */
  readonly isAltering: boolean;
}

/** A call that fails, and a call of the restart that fails after it. */
export interface CrashPoint {
  readonly failure: Failure;
  readonly recovery?: Failure;
}

/** Runs the scenario without a failure, and returns its calls. */
export async function scenarioCalls(
  setting: CrashSetting,
): Promise<{ readonly calls: readonly ScenarioCall[]; readonly outcome: CrashOutcome }> {
  const outcome = await crashAtCall(setting, { kind: 'count', at: 0 });
  const calls: ScenarioCall[] = [];
  let flush = 0;
  let isFlushing = false;
  let isAltering = false;
  for (const line of outcome.lines) {
    const [word, number, name = ''] = line.split(' ');
    flush += word === 'flush' ? 1 : 0;
    isFlushing = word === 'flush' || (isFlushing && word !== 'flushed');
    isAltering = word === 'alter' || (isAltering && word !== 'altered');
    if (word === 'call') {
      calls.push({ number: Number(number), name, flush: isFlushing ? flush : 0, isAltering });
    }
  }
  return { calls, outcome };
}

/** How a call can fail. It is torn only if it writes. */
export function failureKindsOf(call: ScenarioCall): readonly FailureKind[] {
  const isWrite = /^(write|append|COPY)/.test(call.name);
  return ['before', 'after', ...(isWrite ? (['torn'] as const) : []), 'fail', 'late'];
}

/** A crash at the call. For a third of the kills, the restart crashes as well. */
export function crashPoint(call: ScenarioCall, kind: FailureKind, random: SeededRandom): CrashPoint {
  const code = random.pick(['ENOSPC', 'EIO']);
  const times = random.pick([1, 1, 3, 12]);
  const failure: Failure = { kind, at: call.number, ...(kind === 'fail' || kind === 'late' ? { code, times } : {}) };
  if (kind === 'fail' || kind === 'late' || !random.chance(1 / 3)) {
    return { failure };
  }
  return { failure, recovery: { kind: random.pick(['before', 'after', 'torn']), at: 1 + random.below(60) } };
}

/** Describes a crash point so that it can be found again. */
export function crashPointText({ failure, recovery }: CrashPoint, call: ScenarioCall | undefined): string {
  const how = `${failure.kind}${failure.code === undefined ? '' : ` ${failure.code} x${failure.times}`}`;
  const restart = recovery === undefined ? '' : `, restart: ${recovery.kind} call ${recovery.at}`;
  return `${how} call ${failure.at} (${call?.name ?? 'unknown'}${restart})`;
}

/**
 * Crashes at all of the points, some of them at the same time.
 *
 * @param onOutcome called with each outcome, in no particular order
 */
export async function crashAtPoints(
  setting: CrashSetting,
  points: readonly CrashPoint[],
  concurrency: number,
  onOutcome: (point: CrashPoint, outcome: CrashOutcome) => void,
): Promise<void> {
  const waiting = [...points];
  async function work(): Promise<void> {
    for (let point = waiting.shift(); point !== undefined; point = waiting.shift()) {
      onOutcome(point, await crashAtCall(setting, point.failure, point.recovery));
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work));
}
