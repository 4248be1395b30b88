import { vacuumTables } from '../storage/vacuumTables.ts';
import { checkDataDirectory } from './checkDataDirectory.ts';

/** Options of `zerobus-local vacuum`. */
export interface VacuumCommandOptions {
  readonly data: string;
  /** Milliseconds. */
  readonly retain?: number;
  readonly dryRun?: boolean;
}

/** Deletes data files that no table needs, and prints one line for each table. A dry run prints their paths. */
export async function vacuum(
  names: readonly string[],
  { data, retain, dryRun = false }: VacuumCommandOptions,
): Promise<void> {
  await checkDataDirectory(data);
  const options = { retentionMs: retain, isDryRun: dryRun };
  for await (const { fullName, problem, paths, bytes } of vacuumTables(data, names, options)) {
    if (problem !== undefined) {
      process.stderr.write(`zerobus-local: ${fullName} was not vacuumed: ${problem.message}\n`);
      process.exitCode = 1;
      continue;
    }
    if (dryRun) {
      process.stdout.write(paths.map((path) => `${path}\n`).join(''));
    }
    const verb = dryRun ? 'would be deleted' : 'deleted';
    process.stdout.write(`${fullName}: ${paths.length} files ${verb}, ${bytes} bytes\n`);
  }
}
