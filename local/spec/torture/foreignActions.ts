import { foreignFeatures } from '../support/foreignWriter/foreignFeature.ts';
import type { SeededRandom } from './seededRandom.ts';
import type { TortureTable } from './tortureTable.ts';

/** Numbers of the rows that other writers append. They are never numbers of the store's rows. */
let nextForeignRow = 500_000_000_000_000;

function foreignRows(random: SeededRandom): readonly number[] {
  const first = nextForeignRow;
  const count = 1 + random.below(5);
  nextForeignRow += count;
  return Array.from({ length: count }, (_, index) => first + index);
}

type Action = readonly [
  weight: number,
  name: string,
  run: (table: TortureTable, random: SeededRandom) => Promise<void>,
];

const actions: readonly Action[] = [
  [3, 'append', async (table, random) => void (await table.commit((writer) => writer.append(foreignRows(random))))],
  [3, 'optimize', async (table) => void (await table.commit((writer) => writer.optimize()))],
  [
    2,
    'delete',
    async (table, random) => {
      const divisor = 2 + random.below(9);
      await table.commit((writer) => writer.deleteRows(divisor, random.below(divisor)));
    },
  ],
  [2, 'restore', restore],
  [
    1,
    'overwrite',
    async (table, random) => void (await table.commit((writer) => writer.overwrite(foreignRows(random)))),
  ],
  [2, 'add column', addColumn],
  [
    1,
    'set retention',
    async (table) => {
      const properties = {
        'delta.setTransactionRetentionDuration': 'interval 0 seconds',
        'delta.checkpointInterval': '1',
      };
      await table.commit((writer) => writer.setProperties(properties));
    },
  ],
  [3, 'checkpoint', checkpoint],
  [4, 'feature', toggleFeature],
];

/**
 * Changes a table as another writer may do, in a random way.
 *
 * @param excluded names of actions that are omitted
 * @returns a description of the action
 */
export async function foreignAction(
  table: TortureTable,
  random: SeededRandom,
  excluded: ReadonlySet<string>,
): Promise<string> {
  const possible = actions.filter(([, name]) => !excluded.has(name));
  let left = random.below(possible.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, name, run] of possible) {
    if (left < weight) {
      const before = table.state.feature?.name;
      await run(table, random);
      const after = table.state.feature?.name;
      return `${table.name}: ${name}${before === after ? '' : ` ${after ?? `-${before}`}`}`;
    }
    left -= weight;
  }
  return 'nothing';
}

/** Reverts the change that prevents the store from writing. */
export async function dropFeature(table: TortureTable): Promise<void> {
  const { feature } = table.state;
  if (feature !== undefined) {
    const { version } = await table.commit((writer) => writer.change(feature, 'drop'));
    table.state.feature = undefined;
    table.state.restorableFrom = version;
  }
}

async function toggleFeature(table: TortureTable, random: SeededRandom): Promise<void> {
  if (table.state.feature !== undefined) {
    await dropFeature(table);
    return;
  }
  const feature = random.pick(foreignFeatures);
  // Recorded before it is made: from then on the store may rightly refuse rows.
  table.state.feature = feature;
  table.state.restorableFrom = (await table.commit((writer) => writer.change(feature, 'add'))).version;
}

async function addColumn(table: TortureTable, random: SeededRandom): Promise<void> {
  if (table.state.addedColumns < 3) {
    table.state.addedColumns += 1;
    const name = `extra${table.state.addedColumns}`;
    await table.commit((writer) => (random.chance(0.5) ? writer.addColumn(name) : writer.addNestedColumn(name)));
    // RESTORE would remove the column again, including the values of a later column of the same name.
    table.state.restorableFrom = (await table.writer.read()).snapshot.version;
  }
}

async function restore(table: TortureTable, random: SeededRandom): Promise<void> {
  const { version } = (await table.writer.read()).snapshot;
  const target = version - random.below(Math.min(20, Math.max(1, version - table.state.restorableFrom)));
  const isReadable = await table.writer.read(target).then(
    ({ snapshot }) => snapshot.version === target,
    () => false,
  );
  if (isReadable) {
    await table.commit((writer) => writer.restore(target));
  }
}

async function checkpoint(table: TortureTable, random: SeededRandom): Promise<void> {
  await table.writer.checkpoint({ dropsTransactions: random.chance(0.7), dropsTombstones: random.chance(0.5) });
  if (random.chance(0.5)) {
    await table.writer.cleanUpLog();
    await table.skipRules();
  }
}
