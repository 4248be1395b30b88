import type { Random } from './random.ts';

/** The numeric options of a run, with all defaults. */
export interface SimulatedLimits {
  readonly maxInflightRecords: number;
  readonly maxInflightBytes: number;
  readonly maxBatchRecords: number;
  readonly maxBatchBytes: number;
  readonly lingerMs: number;
  readonly recovery: boolean;
  readonly recoveryTimeoutMs: number;
  readonly recoveryBackoffMs: number;
  readonly recoveryBackoffMaxMs: number;
  readonly recoveryRetries: number;
  readonly serverLackOfAckTimeoutMs: number;
  readonly flushTimeoutMs: number;
  readonly streamPausedMaxWaitTimeMs: number | undefined;
  readonly maxRejectionsInARow: number;
  readonly streams: number;
  readonly hasKeys: boolean;
  readonly overflow: 'error' | 'dropOldest' | 'dropNewest';
}

const defaults: SimulatedLimits = {
  maxInflightRecords: 1_000_000,
  maxInflightBytes: 256 * 1024 * 1024,
  maxBatchRecords: 100_000,
  maxBatchBytes: 64 * 1024,
  lingerMs: 0,
  recovery: true,
  recoveryTimeoutMs: 15_000,
  recoveryBackoffMs: 2000,
  recoveryBackoffMaxMs: 30_000,
  recoveryRetries: 4,
  serverLackOfAckTimeoutMs: 60_000,
  flushTimeoutMs: 300_000,
  streamPausedMaxWaitTimeMs: undefined,
  maxRejectionsInARow: 100,
  streams: 1,
  hasKeys: false,
  overflow: 'error',
};

/**
 * Draws the options of a run.
 *
 * @param isHasty whether the source does not wait, so that small limits soon end the run
 */
export function drawLimits(random: Random, isHasty: boolean, hasDefaults: boolean): SimulatedLimits {
  const isTight = random.chance(isHasty ? 0.35 : 0.8);
  const drawn: SimulatedLimits = {
    maxInflightRecords: isTight ? random.pick([1, 2, 4, 8, 16, 30]) : defaults.maxInflightRecords,
    maxInflightBytes: isTight && random.chance(0.4) ? random.pick([40, 120, 400, 1500]) : defaults.maxInflightBytes,
    maxBatchRecords: random.pick([1, 2, 3, 7, defaults.maxBatchRecords, defaults.maxBatchRecords]),
    maxBatchBytes: random.pick([1, 60, 200, 20_000, defaults.maxBatchBytes, defaults.maxBatchBytes]),
    lingerMs: random.pick([0, 0, 0, 1, 10, 300]),
    recovery: random.chance(0.93),
    recoveryTimeoutMs: random.pick([30, 200, 2000, defaults.recoveryTimeoutMs]),
    recoveryBackoffMs: random.pick([0, 1, 20, 500, defaults.recoveryBackoffMs]),
    recoveryBackoffMaxMs: random.pick([0, 50, 1000, defaults.recoveryBackoffMaxMs]),
    recoveryRetries: random.pick([0, 1, 2, 4, 4, 9]),
    serverLackOfAckTimeoutMs: random.pick([40, 300, 3000, defaults.serverLackOfAckTimeoutMs]),
    flushTimeoutMs: random.pick([20, 500, 10_000, defaults.flushTimeoutMs, defaults.flushTimeoutMs]),
    streamPausedMaxWaitTimeMs: random.pick([undefined, undefined, 0, 20]),
    maxRejectionsInARow: random.pick([1, 3, 100, 100]),
    streams: random.pick([1, 1, 1, 1, 1, 2, 3]),
    hasKeys: random.chance(0.5),
    overflow: isHasty
      ? random.pick<SimulatedLimits['overflow']>(['error', 'error', 'error', 'dropOldest', 'dropNewest'])
      : 'error',
  };
  return hasDefaults ? { ...defaults, overflow: drawn.overflow, streams: drawn.streams } : drawn;
}
