import { type CrashOutcome, type CrashSetting, crashAtCall } from './crashAtCall.ts';
import type { Failure, FailureKind } from './failureKind.ts';
import type { SeededRandom } from './seededRandom.ts';

/** One call of the scenario, as a run without failures has made it. */
export interface ScenarioCall {
  readonly number: number;
  readonly name: string;
  /** The flush that was under way, from 1; 0 if there was none. */
  readonly flush: number;
}

/** A call that goes wrong, and the one of the restart that goes wrong after it. */
export interface CrashPoint {
  readonly failure: Failure;
  readonly recovery?: Failure;
}

/** Runs the scenario without a failure, and gives its calls. */
export async function scenarioCalls(
  setting: CrashSetting,
): Promise<{ readonly calls: readonly ScenarioCall[]; readonly outcome: CrashOutcome }> {
  const outcome = await crashAtCall(setting, { kind: 'count', at: 0 });
  const calls: ScenarioCall[] = [];
  let flush = 0;
  let isFlushing = false;
  for (const line of outcome.lines) {
    const [word, number, name = ''] = line.split(' ');
    flush += word === 'flush' ? 1 : 0;
    isFlushing = word === 'flush' || (isFlushing && word !== 'flushed');
    if (word === 'call') {
      calls.push({ number: Number(number), name, flush: isFlushing ? flush : 0 });
    }
  }
  return { calls, outcome };
}

/** What can go wrong at a call: it is torn only if it writes. */
export function failureKindsOf(call: ScenarioCall): readonly FailureKind[] {
  const isWrite = /^(write|append|COPY)/.test(call.name);
  return ['before', 'after', ...(isWrite ? (['torn'] as const) : []), 'fail', 'late'];
}

/** A crash at the call, for a third of the kills with a crash of the restart as well. */
export function crashPoint(call: ScenarioCall, kind: FailureKind, random: SeededRandom): CrashPoint {
  const code = random.pick(['ENOSPC', 'EIO']);
  const times = random.pick([1, 1, 3, 12]);
  const failure: Failure = { kind, at: call.number, ...(kind === 'fail' || kind === 'late' ? { code, times } : {}) };
  if (kind === 'fail' || kind === 'late' || !random.chance(1 / 3)) {
    return { failure };
  }
  return { failure, recovery: { kind: random.pick(['before', 'after', 'torn']), at: 1 + random.below(60) } };
}

/** Describes a crash point, such that it can be found again. */
export function crashPointText({ failure, recovery }: CrashPoint, call: ScenarioCall | undefined): string {
  const how = `${failure.kind}${failure.code === undefined ? '' : ` ${failure.code} x${failure.times}`}`;
  const restart = recovery === undefined ? '' : `, restart: ${recovery.kind} call ${recovery.at}`;
  return `${how} call ${failure.at} (${call?.name ?? 'unknown'}${restart})`;
}

/**
 * Crashes at all of the points, some at a time.
 *
 * @param onOutcome takes each outcome, in no certain order
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
