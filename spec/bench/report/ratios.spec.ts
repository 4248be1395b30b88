import { isMet, ratios } from '../../../bench/report/ratios.ts';
import { type Row, type Sample, toRow } from '../../../bench/row.ts';

describe('the ratios of the benchmark', () => {
  const row = (name: string, subject: Row['subject'], api: string, sample: Sample): Row =>
    toRow({ case: name, subject, api }, [sample]);
  const find = (rows: readonly Row[], what: string): ReturnType<typeof ratios>[number] | undefined =>
    ratios(rows).find((ratio) => ratio.what === what);

  it('compare our fastest way with the fastest of the requested ones', () => {
    const rows = [
      row('json-object-60B', 'ours', 'from(objects) | toZerobus', { recordsPerSecond: 900 }),
      row('json-object-60B', 'ours', 'pull(objects) | toZerobus', { recordsPerSecond: 1000 }),
      row('json-object-60B', 'official', 'batches of 1,000 objects', { recordsPerSecond: 500 }),
      row('json-object-60B', 'official', 'batches of 1,000 × JSON.stringify', { recordsPerSecond: 800 }),
    ];
    const objects = find(rows, "json-object-60B: ours / official's batches of objects");
    expect(objects?.value).toBe(2);
    expect(objects && isMet(objects)).toBeFalse();
    const stringified = find(rows, "json-object-60B: ours / official's batches of stringified objects");
    expect(stringified?.value).toBe(1.25);
    expect(stringified && isMet(stringified)).toBeTrue();
  });

  it('subtract the time of the sink from that of the ack', () => {
    const rows = [
      row('paced-1k', 'ours', 'a', { ackP99Ms: 7.5 }),
      row('paced-1k', 'floor', 'b', { ackP99Ms: 6 }),
      row('paced-1k', 'official', 'c', { ackP99Ms: 1 }),
    ];
    expect(find(rows, "paced-1k: ack p99 above the sink's own")?.value).toBe(1.5);
  });

  it('are not measured if a row is missing or has no numbers', () => {
    const missing = toRow({ case: 'pipelined', subject: 'official', api: 'b' }, [], 'not installable here');
    const rows = [row('pipelined', 'ours', 'a', { recordsPerSecond: 1000 }), missing];
    const ratio = find(rows, 'pipelined: ours / official');
    expect(ratio?.value).toBeNull();
    expect(ratio && isMet(ratio)).toBeUndefined();
  });

  it('are based on medians, with their ranges beside them', () => {
    const samples = [30, 10, 20].map((recordsPerSecond) => ({ recordsPerSecond }));
    const of = { case: 'pipelined', subject: 'ours', api: 'a' } as const;
    expect(toRow(of, samples).recordsPerSecond).toBe(20);
    expect(toRow(of, samples).ranges).toEqual({ recordsPerSecond: [10, 30] });
    expect(toRow(of, samples.slice(0, 2)).recordsPerSecond).toBe(20);
    expect(toRow(of, []).recordsPerSecond).toBeNull();
  });
});
