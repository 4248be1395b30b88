import type { Mismatch } from './describeMismatch.ts';
import type { Track } from './drawTracks.ts';
import { firstDifference, trackOf } from './trackOf.ts';

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
    tracks: [
      ...expected.map((interval, at) => intervalTrack(`expected ${at}`, interval)),
      ...actual.map((interval, at) => intervalTrack(`actual ${at}`, interval)),
    ],
    frame: Math.min(...[found[differing], wanted[differing]].flatMap((frame) => frame ?? [])),
    legend: [],
  };
}

function framesOf({ subscribedFrame, unsubscribedFrame }: DrawnInterval): readonly number[] {
  return [subscribedFrame, unsubscribedFrame];
}

function intervalTrack(label: string, interval: DrawnInterval): Track {
  const [from = 0, to = 0] = framesOf(interval);
  const end = Number.isFinite(to) ? [{ frame: to, text: '!' }] : [];
  return trackOf(label, [{ frame: from, text: '^' }, ...end], '');
}
