import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeltaAction } from '../../lib/delta/deltaAction.ts';
import type { DeltaColumn, DeltaTable } from '../../lib/schema/deltaType.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import { useTableStore } from '../storage/storeFixture.ts';

const NAME = 'main.spec.clusters';

const columns: readonly DeltaColumn[] = [
  { name: 'n', type: { kind: 'integer' }, nullable: true },
  { name: 'region', type: { kind: 'string' }, nullable: true },
  { name: 'v', type: { kind: 'variant' }, nullable: true },
];

function clusteredTable(clusterColumns: readonly string[] | 'auto', all = columns): DeltaTable {
  return { catalog: 'main', schema: 'spec', name: 'clusters', columns: all, clusterColumns };
}

function lines(rows: readonly object[]): Buffer {
  return Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

const rows = [{ n: 1, region: 'b' }, { n: 2 }, { n: 3, region: 'a' }, { n: 4, region: 'b' }, { n: 5, region: 'a' }];

describe('a clustered table', () => {
  const fixture = useTableStore();

  it('has the rows of a file sorted by the clustering columns, and equal ones in their order', async () => {
    const store = await fixture().open({ tables: [clusteredTable(['region'])] });
    await store.append(NAME, lines(rows), rows.length);
    await store.flush();
    const read = await readTable(store.tablePath(NAME), 'SELECT n FROM this');
    expect(read.rows).toEqual([[3], [5], [1], [4], [2]]);
  });

  it('keeps the order of its rows with AUTO', async () => {
    const store = await fixture().open({ tables: [clusteredTable('auto')] });
    await store.append(NAME, lines(rows), rows.length);
    await store.flush();
    const read = await readTable(store.tablePath(NAME), 'SELECT n FROM this');
    expect(read.rows).toEqual([[1], [2], [3], [4], [5]]);
  });

  it('has statistics of its clustering columns, even beyond those that Delta has statistics of by default', async () => {
    const wide = Array.from({ length: 40 }, (_, index) => ({
      name: `c${index}`,
      type: { kind: 'integer' } as const,
      nullable: true,
    }));
    const store = await fixture().open({ tables: [clusteredTable(['c38'], wide)] });
    await store.append(NAME, lines([{ c38: 7 }, { c38: 3 }, { c39: 1 }]), 3);
    await store.flush();
    const path = join(store.tablePath(NAME), '_delta_log/00000000000000000001.json');
    const actions = (await readFile(path, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as DeltaAction);
    const add = actions.find((action) => action.add !== undefined)?.add;
    const { minValues, maxValues, nullCount } = JSON.parse(add?.stats ?? '');
    expect([minValues, maxValues]).toEqual([{ c38: 3 }, { c38: 7 }]);
    expect([nullCount.c31, nullCount.c37, nullCount.c38, nullCount.c39]).toEqual([3, undefined, 1, undefined]);
    expect(add?.clusteringProvider).toBeUndefined();
  });

  it('is refused if its clustering columns have no order, or if it is partitioned too', async () => {
    await expectAsync(fixture().open({ tables: [clusteredTable(['v'])] })).toBeRejectedWithError(
      /a table can't be clustered by v, as it is of type VARIANT/,
    );
    for (const clusterColumns of [['n'], 'auto'] as const) {
      const both = { ...clusteredTable(clusterColumns), partitionColumns: ['region'] };
      await expectAsync(fixture().open({ tables: [both] })).toBeRejectedWithError(/but not both/);
    }
  });
});
