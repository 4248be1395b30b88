/**
 * A process that reads tables and checks a data directory, for `npm run chaos` in `spec/chaos`. No server may have the
 * directory open. Arguments: the data directory, and the paths of its tables. Prints a line of JSON: the numbers of the
 * rows of each table in the order in which they were flushed, and all problems.
 */
import { ForeignDatabase } from '../support/foreignWriter/foreignDatabase.ts';
import { ForeignRowReader } from '../support/foreignWriter/foreignRows.ts';
import { readForeignTable } from '../support/foreignWriter/readForeignTable.ts';
import { brokenCommitRules } from './commitRules.ts';
import { inFlushOrder } from './inFlushOrder.ts';
import { leftoverFiles } from './leftoverFiles.ts';

const [dataDir = '', ...tablePaths] = process.argv.slice(2);
const database = await ForeignDatabase.open();
const rowReader = new ForeignRowReader(database);
const numbers: (readonly number[])[] = [];
const problems: string[] = [];
const knownFiles = new Map<string, ReadonlySet<string>>();

for (const path of tablePaths) {
  const { snapshot, files, missingFiles } = await readForeignTable(path, database, rowReader);
  const rows = inFlushOrder(files).flatMap((file) => file.rows);
  const broken = await brokenCommitRules(path, database, rowReader, 1);
  numbers.push(rows.map((row) => row.number));
  problems.push(
    ...missingFiles.map((file) => `The log has the file ${file}, which is not on the disk.`),
    ...rows.filter((row) => !row.isIntact).map((row) => `Row ${row.number} is altered.`),
    ...broken.problems,
  );
  knownFiles.set(path, new Set([...snapshot.files.keys(), ...snapshot.tombstones.keys()]));
}
const leftovers = await leftoverFiles(dataDir, knownFiles);
problems.push(...leftovers.map((path) => `${path} is left over.`));
database.close();
process.stdout.write(`${JSON.stringify({ numbers, problems })}\n`);
