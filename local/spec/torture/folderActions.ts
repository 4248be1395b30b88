import { cp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SeededRandom } from './seededRandom.ts';
import { TortureTable, type TortureTools } from './tortureTable.ts';

/** Most tables, including copies. */
const MOST_TABLES = 4;

/**
 * Copies, moves or replaces a table's folder while no store has it open.
 *
 * @param tables the tables. A copy is added to them.
 * @returns a description of the action
 */
export async function folderAction(
  tools: TortureTools,
  tables: TortureTable[],
  table: TortureTable,
  random: SeededRandom,
): Promise<string> {
  const kind = random.below(4);
  table.ledger.excuseFiles(await readdir(table.path));
  if (kind === 0 && tables.length < MOST_TABLES) {
    const name = `copy_${tables.length}`;
    await table.observe();
    const copy = new TortureTable(tools, name, table.ledger.copy(name));
    await cp(table.path, copy.path, { recursive: true });
    copy.state = { ...table.state };
    await copy.skipRules();
    tables.push(copy);
    return `${table.name}: copied to ${name}`;
  }
  if (kind === 1 && table.firstName === undefined) {
    await table.observe();
    table.ledger.moveAway();
    const from = table.path;
    table.firstName = table.name;
    table.name = `${table.name}_moved`;
    await rename(from, table.path);
    return `${table.firstName}: moved to ${table.name}`;
  }
  if (kind === 2 && table.backup !== undefined && table.firstName === undefined) {
    await table.observe();
    await rm(table.path, { recursive: true });
    await cp(table.backup.path, table.path, { recursive: true });
    table.ledger.replace(await table.writer.read());
    table.state = { ...table.backup.state };
    await table.skipRules();
    return `${table.name}: replaced by an older copy`;
  }
  if (kind === 3 && table.firstName === undefined) {
    await table.observe();
    const path = join(tools.dataDir, '..', 'backups', table.name);
    await rm(path, { recursive: true, force: true });
    await cp(table.path, path, { recursive: true });
    table.backup = { path, state: { ...table.state } };
    return `${table.name}: copied aside`;
  }
  return `${table.name}: left alone`;
}

/** Gives a table its first name again. */
export async function moveBack(table: TortureTable): Promise<void> {
  if (table.firstName !== undefined) {
    const from = table.path;
    table.name = table.firstName;
    table.firstName = undefined;
    await rename(from, table.path);
    table.ledger.moveBack();
  }
}
