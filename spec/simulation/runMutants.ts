import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Mutant } from './mutant.ts';
import { mutants } from './mutants.ts';
import type { FailedSeed } from './runSeeds.ts';

/** What a mutant came to. */
export interface MutantOutcome {
  readonly mutant: Mutant;
  /** The number of seeds that were run. */
  readonly count: number;
  /** The seed that has noticed it, if one has. */
  readonly failed: FailedSeed | undefined;
}

const script = fileURLToPath(new URL('./mutantProcess.js', import.meta.url));

/** Runs seeds against a mutant, in a process of its own, until one notices it. */
export async function runMutant(mutant: Mutant, seeds: number): Promise<MutantOutcome> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--no-warnings',
    script,
    String(mutants.indexOf(mutant)),
    String(seeds),
  ]);
  return { mutant, ...(JSON.parse(stdout) as Omit<MutantOutcome, 'mutant'>) };
}

/** Runs all mutants, and prints a table. Returns whether each was noticed. */
export async function runMutants(seeds: number, print: (text: string) => void): Promise<boolean> {
  let isEachNoticed = true;
  print('| the client, broken | noticed by | after seeds |');
  print('| --- | --- | ---: |');
  for (const mutant of mutants) {
    const { count, failed } = await runMutant(mutant, seeds);
    isEachNoticed &&= failed !== undefined;
    print(`| ${mutant.name} | ${failed?.invariant ?? 'nothing'} | ${count.toLocaleString('en')} |`);
  }
  return isEachNoticed;
}
