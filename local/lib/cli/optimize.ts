import { optimizeTables } from '../storage/optimizeTables.ts';
import { checkDataDirectory } from './checkDataDirectory.ts';

/** Merges the small files of tables, and prints one line for each table. */
export async function optimize(data: string, names: readonly string[]): Promise<void> {
  await checkDataDirectory(data);
  for await (const { fullName, problem, removedFiles, addedFiles } of optimizeTables(data, names)) {
    if (problem === undefined) {
      const text = removedFiles === 0 ? 'nothing to merge' : `${removedFiles} files merged into ${addedFiles}`;
      process.stdout.write(`${fullName}: ${text}\n`);
    } else {
      process.stderr.write(`zerobus-local: ${fullName} was not optimized: ${problem.message}\n`);
      process.exitCode = 1;
    }
  }
}
