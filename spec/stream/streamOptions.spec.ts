import { resolveStreamOptions } from '../../lib/stream/streamOptions.ts';

describe('The options of a stream', () => {
  it('have the defaults of the official SDKs', () => {
    const {
      recovery,
      recoveryTimeoutMs,
      recoveryBackoffMs,
      recoveryRetries,
      serverLackOfAckTimeoutMs,
      flushTimeoutMs,
    } = resolveStreamOptions({});
    expect([recovery, recoveryTimeoutMs, recoveryBackoffMs, recoveryRetries]).toEqual([true, 15_000, 2000, 4]);
    expect([serverLackOfAckTimeoutMs, flushTimeoutMs]).toEqual([60_000, 300_000]);
  });

  it('shorten a time that is too long for a timer to the longest possible', () => {
    const { flushTimeoutMs, serverLackOfAckTimeoutMs, recoveryRetries } = resolveStreamOptions({
      flushTimeoutMs: Number.POSITIVE_INFINITY,
      serverLackOfAckTimeoutMs: 2 ** 31,
      recoveryRetries: Number.POSITIVE_INFINITY,
    });
    expect([flushTimeoutMs, serverLackOfAckTimeoutMs]).toEqual([2 ** 31 - 1, 2 ** 31 - 1]);
    expect(recoveryRetries).toBe(Number.POSITIVE_INFINITY);
  });

  it('are refused if they are not numbers or are out of range', () => {
    for (const options of [
      { flushTimeoutMs: Number.NaN },
      { recoveryRetries: -1 },
      { maxInflightRecords: 0 },
      { maxBatchBytes: 3_000_001 },
      { streamPausedMaxWaitTimeMs: -1 },
      { lingerMs: '5' as unknown as number },
    ]) {
      expect(() => resolveStreamOptions(options))
        .withContext(JSON.stringify(options))
        .toThrow(jasmine.objectContaining({ code: 'INVALID_OPTIONS' }));
    }
  });
});
