/**
 * Runs the whole client in virtual time: `npm run simulate -- --seeds 1000000 --jobs 2`. `-- --seed 7` runs a seed
 * again and prints its trace, and if it fails, also what the failure needs. `-- --mutants` breaks the client on
 * purpose. Exits with 1 if a promise is broken, or if a mutant is not noticed.
 */
import cliProgress from 'cli-progress';
import { runPlan } from '../../lib/testing/simulation/runPlan.ts';
import { shrink } from '../../lib/testing/simulation/shrink.ts';
import { coverageTable } from './coverageTable.ts';
import { runInThreads } from './runInThreads.ts';
import { runMutants } from './runMutants.ts';
import { type FailedSeed, planOf } from './runSeeds.ts';
import { type SimulationOptions, simulationOptions } from './simulationOptions.ts';

/** The most failed seeds that are shrunk and printed. */
const MOST_PRINTED = 5;

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints what a failure needs, and how to run it again. */
function printFailure(options: ReturnType<typeof planOf>): boolean {
  const outcome = runPlan(options);
  if (outcome.finding === undefined) {
    return false;
  }
  const { reduction, finding, trace } = shrink(options, outcome);
  const { records, without = [], hasDefaults } = reduction;
  const flags = [
    ...(records === undefined ? [] : [`--records ${records}`]),
    ...(without.length === 0 ? [] : [`--without "${without.join(',')}"`]),
    ...(hasDefaults === true ? ['--defaults'] : []),
  ];
  print(trace.join('\n'));
  print(`Seed ${options.seed} breaks a promise (${finding.invariant}): ${finding.text}`);
  print(`To run it again: npm run simulate -- --seed ${options.seed} ${flags.join(' ')}\n`);
  return true;
}

function runOne(seed: number, { reduction }: SimulationOptions): boolean {
  const options = { ...planOf(seed), ...reduction };
  const { trace, struck, finding } = runPlan({ ...options, hasTrace: true });
  print(trace.join('\n'));
  print(`Faults: ${struck.length === 0 ? 'none' : struck.join(', ')}\n`);
  return finding === undefined || !printFailure(options);
}

async function runMany({ from, seeds, jobs }: SimulationOptions): Promise<boolean> {
  const bar = new cliProgress.SingleBar({
    format: '{bar} {percentage}% | {value} of {total} seeds | {failed} | {rate} seeds/s | {eta_formatted} left',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    noTTYOutput: true,
    notTTYSchedule: 10_000,
  });
  const startedAt = performance.now();
  const rateOf = (done: number): number => Math.round((1000 * done) / (performance.now() - startedAt));
  bar.start(seeds, 0, { failed: textOf([]), rate: 0 });
  const outcome = await runInThreads({ from, count: seeds }, jobs, (done, failed) =>
    bar.update(done, { failed: textOf(failed), rate: rateOf(done) }),
  );
  bar.stop();
  const cpu = process.cpuUsage();
  const cpuSeconds = (cpu.user + cpu.system) / 1e6;
  print(coverageTable(outcome.counters));
  printFailures(outcome.failed);
  print(
    `seeds=${outcome.count} from=${from} failed=${outcome.failed.length} rate=${rateOf(outcome.count)}/s ` +
      `perProcessor=${Math.round(outcome.count / cpuSeconds)}/s`,
  );
  return outcome.failed.length === 0;
}

function textOf(failed: readonly FailedSeed[]): string {
  const last = failed.at(-1);
  return last === undefined ? 'none failed' : `${failed.length} failed, such as ${last.seed} (${last.invariant})`;
}

function printFailures(failed: readonly FailedSeed[]): void {
  for (const { seed } of failed.slice(0, MOST_PRINTED)) {
    printFailure(planOf(seed));
  }
  for (const { seed, invariant, text } of failed.slice(MOST_PRINTED)) {
    print(`Seed ${seed} (${invariant}): ${text.split('\n')[0]}`);
  }
}

const options = simulationOptions(process.argv.slice(2));
if (options.mutants) {
  process.exitCode = (await runMutants(options.seeds, print)) ? 0 : 1;
} else {
  const isRight = options.seed === undefined ? await runMany(options) : runOne(options.seed, options);
  process.exitCode = isRight ? 0 : 1;
}
