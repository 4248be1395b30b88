import fc from 'fast-check';
import type { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { type PartitionKey, partitionOf } from '../../lib/stream/partition.ts';
import { thrownBy } from '../support/thrownBy.ts';

describe('partitionOf', () => {
  it('stays the same, whatever the release', () => {
    expect(['d1', 'd2', 'd3', 'Gerät', 42].map((key) => partitionOf(key, 1000))).toEqual([811, 432, 313, 687, 715]);
  });

  it('is the same for numbers, bigints and texts that look the same', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 1, max: 64 }), (key, streams) => {
        expect(partitionOf(BigInt(key), streams)).toBe(partitionOf(key, streams));
        expect(partitionOf(String(key), streams)).toBe(partitionOf(key, streams));
      }),
    );
    expect(partitionOf(-0, 64)).toBe(partitionOf(0, 64));
  });

  it('spreads keys that differ in one character over all streams', () => {
    for (const streams of [2, 3, 4, 8, 16]) {
      const counts = new Array(streams).fill(0);
      for (let device = 0; device < 1000; device++) {
        counts[partitionOf(`device-${device}`, streams)]++;
      }
      expect(Math.min(...counts)).toBeGreaterThan(500 / streams);
      expect(Math.max(...counts)).toBeLessThan(2000 / streams);
    }
  });

  it('refuses a key that is not the same for equal records', () => {
    for (const [key, kind] of [
      [{ id: 1 }, 'an object'],
      [[1], 'an array'],
      [Symbol('a'), 'symbol'],
    ] as const) {
      const { code, message } = thrownBy(() => partitionOf(key as unknown as PartitionKey, 2)) as ZerobusError;
      expect([code, message]).toEqual([
        'INVALID_RECORD',
        `partitionBy must return a string, a number or another primitive, got ${kind}.`,
      ]);
    }
  });
});
