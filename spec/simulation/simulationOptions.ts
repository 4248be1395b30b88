import { Command, InvalidArgumentError } from 'commander';
import type { Reduction } from '../../lib/testing/simulation/plan/simulationPlan.ts';

/** The command line of `npm run simulate`. */
export interface SimulationOptions {
  readonly seeds: number;
  readonly from: number;
  readonly jobs: number;
  /** The one seed to run again, with its trace. */
  readonly seed?: number;
  readonly reduction: Reduction;
  readonly mutants: boolean;
}

interface Given {
  readonly seeds: number;
  readonly from: number;
  readonly jobs: number;
  readonly seed?: number;
  readonly records?: number;
  readonly without: readonly string[];
  readonly defaults?: boolean;
  readonly mutants?: boolean;
}

/** Parses the command line. Exits if it asks for help or is invalid. */
export function simulationOptions(argv: readonly string[]): SimulationOptions {
  const { seeds, from, jobs, seed, records, without, defaults, mutants } = new Command('npm run simulate --')
    .description('Runs the whole client in virtual time against faults that seeds draw, and checks every step.')
    .option('--seeds <number>', 'the number of seeds to run', wholeNumber, 20_000)
    .option('--from <seed>', 'the first of them', wholeNumber, 0)
    .option('--jobs <number>', 'the number of threads', wholeNumber, 1)
    .option('--seed <seed>', 'run this seed alone, and print its trace', wholeNumber)
    .option('--records <number>', 'with --seed: the most records', wholeNumber)
    .option('--without <names>', 'with --seed: the faults to leave out, separated by commas', listOf, [])
    .option('--defaults', 'with --seed: leave the options at their defaults')
    .option('--mutants', 'break the client in many ways, and show which promise notices after how many seeds')
    .parse([...argv], { from: 'user' })
    .opts<Given>();
  return {
    seeds,
    from,
    jobs: Math.max(1, jobs),
    ...(seed === undefined ? {} : { seed }),
    reduction: { records, without, hasDefaults: defaults === true },
    mutants: mutants === true,
  };
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0) {
    return value;
  }
  throw new InvalidArgumentError('It must be a whole number.');
}

function listOf(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}
