import { Command, InvalidArgumentError } from 'commander';
import { type Subject, subjects } from './job.ts';

/** What `npm run bench` is told. */
export interface BenchOptions {
  /** The file that the rows go to. */
  readonly json?: string;
  readonly quick: boolean;
  /** All of them where it is left out. */
  readonly cases?: readonly string[];
  readonly subjects: readonly Subject[];
  readonly rounds: number;
  /** The folder that the table and the picture go to. */
  readonly results?: string;
}

const ROUNDS = 3;

/** Reads the command line; ends the process where it asks for help or makes no sense. */
export function benchOptions(argv: readonly string[], caseNames: readonly string[]): BenchOptions {
  const given = new Command('npm run bench --')
    .description('Measures rxjs-zerobus side by side with the official native SDK and with the floor.')
    .option('--json <file>', 'write the rows as JSON')
    .option('--quick', 'every case with little data and one round: shows that it runs, not how fast')
    .option(
      '--cases <names>',
      `only these, of ${caseNames.join(', ')} (default: all but soak, which takes long)`,
      listOf(caseNames),
    )
    .option('--subjects <names>', `only these, of ${subjects.join(', ')}`, listOf(subjects))
    .option('--rounds <number>', `how often everything is run (default: ${ROUNDS}, with --quick 1)`, positiveInteger)
    .option('--results <folder>', 'where table and picture go (default: bench/results for a full run, else nowhere)')
    .parse([...argv], { from: 'user' })
    .opts<Partial<BenchOptions>>();
  const quick = given.quick === true;
  const isWhole = !quick && given.cases === undefined && given.subjects === undefined;
  const results = given.results ?? (isWhole ? 'bench/results' : undefined);
  return {
    ...given,
    quick,
    subjects: given.subjects ?? subjects,
    rounds: given.rounds ?? (quick ? 1 : ROUNDS),
    ...(results === undefined ? {} : { results }),
  };
}

function listOf<Name extends string>(known: readonly Name[]): (text: string) => Name[] {
  return (text) =>
    text.split(',').map((part) => {
      const name = known.find((each) => each === part.trim());
      if (name === undefined) {
        throw new InvalidArgumentError(`There is no ${part.trim()}; there are ${known.join(', ')}.`);
      }
      return name;
    });
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) {
    return value;
  }
  throw new InvalidArgumentError('It must be a whole number above 0.');
}
