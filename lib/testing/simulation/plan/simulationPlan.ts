import type { FaultKind } from './faultKinds.ts';
import { Faults } from './faults.ts';
import { Random, share } from './random.ts';
import { drawLimits, type SimulatedLimits } from './simulatedLimits.ts';

/** What a run leaves out of what its seed says, to find out what a failure needs. */
export interface Reduction {
  /** The most records. Defaults to what the seed says. */
  readonly records?: number | undefined;
  /** Faults to leave out: names, or names with places, such as `cut` or `cut@2.0`. Defaults to none. */
  readonly without?: readonly string[] | undefined;
  /** Whether the options have their defaults, except for `overflow` and `streams`. Defaults to `false`. */
  readonly hasDefaults?: boolean | undefined;
}

/** When a source emits. */
export type SourceShape = 'burst' | 'bursts' | 'slow' | 'polite' | 'echo';

/** A callback of the user's, from within which a run does something. */
export type Place = 'output' | 'events' | 'backpressure' | 'rejected' | 'headers' | 'row' | 'unfit row' | 'key';

/** Something that is done from within a callback. */
export interface Reentry {
  readonly place: Place;
  /** The call of the callback, from 1. */
  readonly nth: number;
  readonly action: 'unsubscribe' | 'abort' | 'emit' | 'end';
}

/** Everything that a seed says about a run, except for the places of its faults. */
export interface SimulationPlan {
  readonly seed: number;
  readonly faults: Faults;
  readonly limits: SimulatedLimits;
  readonly format: 'JSON' | 'PROTO';
  readonly records: number;
  readonly shape: SourceShape;
  /** The values of a burst. */
  readonly burst: number;
  /** The time between bursts, in milliseconds. */
  readonly gapMs: number;
  readonly ending: 'complete' | 'error' | 'never';
  /** When the subscriber gives up, in milliseconds. */
  readonly unsubscribeAtMs: number | undefined;
  readonly abortAtMs: number | undefined;
  readonly reentry: Reentry | undefined;
  readonly hasRejected: boolean;
  readonly hasOAuth: boolean;
  /** Whether a provider that is no OAuth provider can renew headers. */
  readonly canRenew: boolean;
  /** The times of the network and of the service, in milliseconds. */
  readonly upMs: number;
  readonly downMs: number;
  readonly flushMs: number;
  /** The number of keys of the records. */
  readonly keys: number;
  /** The most bytes of padding in a record. */
  readonly padding: number;
  /** The connections and token requests from this one on have no faults. */
  readonly calmFrom: number;
}

/** The share of the runs whose bursts fill several large batches, so that the memory of batches is used again. */
const LARGE_SHARE = 0.02;
const LARGE_BATCH_BYTES = 12_000;
const large = {
  JSON: { records: 120, burst: 60, padding: 1300 },
  PROTO: { records: 40, burst: 20, padding: 3500 },
} as const;

const RARE_SHARE = 0.02;

/** Draws what a seed says. */
export function drawPlan(seed: number, reduction: Reduction = {}): SimulationPlan {
  const random = new Random(seed);
  const faults = new Faults(seed, new Set(reduction.without));
  const has = (kind: FaultKind): boolean => faults.kinds.has(kind);
  const size = random.pick([1, 3, 8, 8, 20, 20, 40]);
  const drawnRecords = random.between(0, size);
  const shape = random.pick<SourceShape>(['burst', 'bursts', 'bursts', 'slow', 'polite', 'polite', 'echo']);
  const hasRejected = has('bad record') || has('unfit record') ? random.chance(0.8) : random.chance(0.2);
  const isLarge = share(seed, 0x1a6e) < LARGE_SHARE;
  const drawnLimits = drawLimits(random, shape !== 'polite', reduction.hasDefaults === true);
  const limits = isLarge ? { ...drawnLimits, maxBatchBytes: LARGE_BATCH_BYTES } : drawnLimits;
  const ending = random.pick<SimulationPlan['ending']>([
    'complete',
    'complete',
    'complete',
    'complete',
    'error',
    'never',
  ]);
  const isCut = random.chance(0.12);
  const isAborted = random.chance(0.06);
  const span = random.pick([5, 50, 500, 20_000]);
  const [unsubscribeAtMs, abortAtMs] = [random.between(0, span), random.between(0, span)];
  const reentry = drawReentry(random);
  const drawn = {
    format: random.pick(['JSON', 'JSON', 'PROTO'] as const),
    burst: random.between(1, 8),
    gapMs: random.pick([0, 1, 1, 5, 30, 400]),
    hasOAuth: random.chance(0.5) || has('dead token') || has('slow token'),
    canRenew: random.chance(0.7),
    upMs: random.pick([0, 1, 1, 3, 20]),
    downMs: random.pick([0, 1, 1, 3, 20]),
    flushMs: random.pick([0, 0, 1, 5, 50]),
    keys: random.pick([1, 2, 5, 40]),
    padding: random.pick([0, 0, 5, 40, 140, random.chance(0.2) ? 6000 : 0]),
    calmFrom: random.pick([1, 2, 4, 8]),
  };
  const left = new Set(reduction.without);
  const records = isLarge ? large[drawn.format].records : drawnRecords;
  return {
    ...drawn,
    ...(isLarge ? large[drawn.format] : {}),
    seed,
    faults,
    limits,
    records: Math.min(records, reduction.records ?? records),
    shape,
    ending: left.has('ending') ? 'complete' : ending,
    unsubscribeAtMs: isCut && !left.has('unsubscribe') ? unsubscribeAtMs : undefined,
    abortAtMs: isAborted && !left.has('abort') ? abortAtMs : undefined,
    reentry: left.has('reentry') ? undefined : (rareReentry(seed) ?? reentry),
    hasRejected,
  };
}

/** A value that ends the stream and cannot be sent is too rare otherwise. */
function rareReentry(seed: number): Reentry | undefined {
  const action = share(seed, 0x0f18) < 0.5 ? 'unsubscribe' : 'abort';
  return share(seed, 0x0f17) < RARE_SHARE ? { place: 'unfit row', nth: 1, action } : undefined;
}

function drawReentry(random: Random): Reentry | undefined {
  const drawn: Reentry = {
    place: random.pick<Place>([
      'output',
      'output',
      'events',
      'events',
      'backpressure',
      'rejected',
      'headers',
      'row',
      'key',
    ]),
    nth: random.between(1, random.pick([2, 6, 20])),
    action: random.pick<Reentry['action']>(['unsubscribe', 'abort', 'emit', 'emit', 'end']),
  };
  return random.chance(0.25) ? drawn : undefined;
}
