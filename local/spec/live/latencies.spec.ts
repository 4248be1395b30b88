import fc from 'fast-check';
import { Latencies } from '../../lib/live/latencies.ts';

describe('Latencies', () => {
  it('tell a percentile to 5 percent, for all latencies from a microsecond to an hour', () => {
    const latency = fc.double({ min: 0, max: Math.log10(3.6e9), noNaN: true }).map((exponent) => 10 ** exponent / 1000);
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1, maxLength: 200 }), fc.constantFrom(0.5, 0.99, 1), (all, part) => {
        const latencies = new Latencies();
        for (const each of all) {
          latencies.add(each);
        }
        const sorted = [...all].sort((one, other) => one - other);
        const exact = sorted[Math.ceil(all.length * part) - 1] as number;
        expect(Math.abs((latencies.percentile(part) ?? 0) / exact - 1)).toBeLessThan(0.05);
      }),
      { numRuns: 200 },
    );
  });

  it('have no percentile without latencies, and begin again', () => {
    const latencies = new Latencies();
    expect(latencies.percentile(0.5)).toBeNull();
    latencies.add(7);
    latencies.clear();
    expect(latencies.percentile(0.99)).toBeNull();
  });

  it('take those beyond their range for its ends', () => {
    const latencies = new Latencies();
    latencies.add(0);
    expect(latencies.percentile(1)).toBeCloseTo(0.001, 3);
    latencies.add(Number.MAX_SAFE_INTEGER);
    expect(latencies.percentile(1)).toBeGreaterThan(9 * 3_600_000);
  });
});
