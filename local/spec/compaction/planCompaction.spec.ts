import { planCompaction, planFullCompaction } from '../../lib/compaction/planCompaction.ts';
import type { AddAction } from '../../lib/delta/deltaAction.ts';
import { DeltaSnapshot } from '../../lib/delta/deltaSnapshot.ts';
import { deltaSchemaJson } from '../../lib/schema/deltaSchemaJson.ts';

const MEBIBYTE = 2 ** 20;

describe('planCompaction', () => {
  let snapshot: DeltaSnapshot;
  let next: number;

  beforeEach(() => {
    next = 0;
    snapshot = new DeltaSnapshot('/lake/t');
    const schemaString = deltaSchemaJson([{ name: 'n', type: { kind: 'long' }, nullable: true }]);
    snapshot.apply({ metaData: { id: 'id', format: { provider: 'parquet', options: {} }, schemaString } });
  });

  /** Adds a file as a flush does. */
  function flush(rows: number, more: Partial<AddAction> = {}): AddAction {
    return add(next++, rows, more);
  }

  function add(segment: number, rows: number, more: Partial<AddAction> = {}): AddAction {
    const number = String(segment).padStart(12, '0');
    const path = `zerobus-${number}-01234567-89ab-4def-8123-${String(snapshot.version).padStart(12, '0')}-01234567.zstd.parquet`;
    snapshot.version += 1;
    const stats = JSON.stringify({ numRecords: rows });
    const file = { path, partitionValues: {}, size: 1000, modificationTime: 0, dataChange: true, stats, ...more };
    snapshot.apply({ add: file });
    return file;
  }

  function rowsIn({ stats }: AddAction): number {
    return JSON.parse(stats ?? '').numRecords;
  }

  /** Replaces a group by one file, and returns that. */
  function merge(group: readonly AddAction[]): AddAction {
    for (const { path } of group) {
      snapshot.apply({ remove: { path, dataChange: false } });
    }
    const segment = Math.max(...group.map(({ path }) => Number(path.slice(8, 20))));
    return add(
      segment,
      group.reduce((sum, file) => sum + rowsIn(file), 0),
    );
  }

  it('waits for enough files, and merges them in the order of the log', () => {
    const files = Array.from({ length: 7 }, () => flush(1));
    expect(planCompaction(snapshot, 8)).toEqual([]);
    files.push(flush(1));
    expect(planCompaction(snapshot, 8)).toEqual([files]);
  });

  it('rewrites each row a logarithmic number of times and leaves few files, whatever the flushes are like', () => {
    const shapes = [
      () => 1,
      (flush: number) => (flush % 50 === 0 ? 5000 : 1),
      (flush: number) => (flush * 7919) % 1000,
      (flush: number) => flush,
    ];
    for (const shape of shapes) {
      const written = new Map<string, number>();
      let most = 0;
      let rewritten = 0;
      let rows = 0;
      for (let count = 0; count < 3000; count += 1) {
        rows += Math.max(1, shape(count));
        written.set(flush(Math.max(1, shape(count))).path, 1);
        for (let plan = planCompaction(snapshot, 16); plan.length > 0; plan = planCompaction(snapshot, 16)) {
          for (const group of plan) {
            rewritten += group.reduce((sum, file) => sum + rowsIn(file), 0);
            const times = Math.max(...group.map(({ path }) => written.get(path) ?? 0)) + 1;
            written.set(merge(group).path, times);
          }
        }
        most = Math.max(most, snapshot.files.size);
      }
      const logarithm = Math.log(rows) / Math.log(4);
      expect(Math.max(...written.values())).toBeLessThanOrEqual(logarithm + 2);
      expect(rewritten).toBeLessThanOrEqual(rows * logarithm);
      expect(most).toBeLessThan(16 * 6);
    }
  });

  it('merges only neighbors, even if a merged file was committed after younger ones', () => {
    const old = Array.from({ length: 16 }, () => flush(1));
    const young = Array.from({ length: 3 }, () => flush(1));
    const merged = merge(old);
    expect([...snapshot.files.values()]).toEqual([...young, merged]);
    expect(planFullCompaction(snapshot)).toEqual([[merged, ...young]]);
  });

  it('leaves alone large files, files with deletion vectors and files elsewhere, and merges nothing across them', () => {
    const left = [flush(1), flush(1)];
    flush(1, { size: 100 * MEBIBYTE });
    const middle = [flush(1), flush(1)];
    flush(1, { deletionVector: { storageType: 'u', pathOrInlineDv: 'x' } });
    const right = [flush(1), flush(1)];
    flush(1, { path: 'file:///elsewhere/zerobus.parquet' });
    flush(1, { path: '../other/zerobus.parquet' });
    expect(planFullCompaction(snapshot)).toEqual([left, middle, right]);
  });

  it('merges the files of each partition by themselves', () => {
    const files = Array.from({ length: 6 }, (_, index) =>
      flush(1, { partitionValues: { day: String(index % 2), hour: index % 2 === 0 ? null : '1' } }),
    );
    expect(planFullCompaction(snapshot)).toEqual([
      files.filter((_, index) => index % 2 === 0),
      files.filter((_, index) => index % 2 === 1),
    ]);
  });

  it('merges up to the target size, and up to a number of files', () => {
    for (let index = 0; index < 5; index += 1) {
      flush(1, { size: 50 * MEBIBYTE });
    }
    expect(planFullCompaction(snapshot).map((group) => group.length)).toEqual([2, 2]);
    for (let index = 0; index < 2500; index += 1) {
      flush(1);
    }
    expect(planCompaction(snapshot, 16).every((group) => group.length <= 1000)).toBe(true);
  });
});
