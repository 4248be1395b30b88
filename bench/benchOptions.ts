import { Command, InvalidArgumentError } from 'commander';
import { type Subject, subjects } from './job.ts';

/** The command line of `npm run bench`. */
export interface BenchOptions {
  /** The file to write the rows to. */
  readonly json?: string;
  readonly quick: boolean;
  /** Defaults to all of them. */
  readonly cases?: readonly string[];
  readonly subjects: readonly Subject[];
  readonly rounds: number;
  /** The folder to write the table and the picture to. */
  readonly results?: string;
}

const ROUNDS = 3;

/** Parses the command line. Exits if it asks for help or is invalid. */
export function benchOptions(argv: readonly string[], caseNames: readonly string[]): BenchOptions {
  const given = new Command('npm run bench --')
    .description('Measures rxjs-zerobus side by side with the official native SDK and with the floor.')
    .option('--json <file>', 'write the rows as JSON')
    .option('--quick', 'run every case once with little data, to show that it runs, not how fast it is')
    .option(
      '--cases <names>',
      `run only these cases: ${caseNames.join(', ')} (default: all but soak, which takes long, and live-page)`,
      listOf(caseNames),
    )
    .option('--subjects <names>', `run only these subjects: ${subjects.join(', ')}`, listOf(subjects))
    .option('--rounds <number>', `how often to run everything (default: ${ROUNDS}, with --quick 1)`, positiveInteger)
    .option('--results <folder>', 'folder for the table and the picture (default: bench/results for a full run)')
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
        throw new InvalidArgumentError(`${part.trim()} is unknown. Use one of ${known.join(', ')}.`);
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
