import * as original from '../../lib/telemetry/processCounter.ts';

describe('processCounter', () => {
  it('gives no number twice, even if the package is there in two copies', async () => {
    const path = '../../lib/telemetry/processCounter.js?copy';
    const copy: typeof original = await import(path);
    expect(copy.processCounter).not.toBe(original.processCounter);
    const counters = [original, copy].map(({ processCounter }) => processCounter('of a spec'));
    expect(counters.flatMap((next) => [next(), next()])).toEqual([1, 2, 3, 4]);
  });
});
