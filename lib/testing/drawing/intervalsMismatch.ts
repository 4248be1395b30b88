import type { Mismatch } from './describeMismatch.ts';
import type { Track } from './drawTracks.ts';
import { firstDifference } from './firstDifference.ts';
import { trackOf } from './trackOf.ts';

/** A subscription, as rxjs' `expectSubscriptions` takes it. */
export interface DrawnInterval {
  readonly subscribedFrame: number;
  readonly unsubscribedFrame: number;
}

/** Compares subscriptions with those that were expected. Returns `undefined` if they are the same. */
export function intervalsMismatch(
  actual: readonly DrawnInterval[],
  expected: readonly DrawnInterval[],
): Mismatch | undefined {
  const index = firstDifference(actual, expected, (a, b) => framesOf(a).join() === framesOf(b).join());
  if (index === undefined) {
    return undefined;
  }
  const [found = [], wanted = []] = [actual[index], expected[index]].map((each) => each && framesOf(each));
  const differing = [0, 1].find((at) => found[at] !== wanted[at]) ?? 0;
  return {
    tracks: [...intervalTracks('expected', expected), ...intervalTracks('actual', actual)],
    frame: Math.min(...[found[differing], wanted[differing]].flatMap((frame) => frame ?? [])),
    legend: [],
  };
}

function framesOf({ subscribedFrame, unsubscribedFrame }: DrawnInterval): readonly number[] {
  return [subscribedFrame, unsubscribedFrame];
}

function intervalTracks(label: string, intervals: readonly DrawnInterval[]): readonly Track[] {
  if (intervals.length === 0) {
    return [trackOf(label, [], '')];
  }
  return intervals.map((interval, index) => {
    const [from = 0, to = 0] = framesOf(interval);
    const end = Number.isFinite(to) ? [{ frame: to, text: '!' }] : [];
    return trackOf(intervals.length === 1 ? label : `${label} ${index}`, [{ frame: from, text: '^' }, ...end], '');
  });
}
