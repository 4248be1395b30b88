import { Command, InvalidArgumentError } from 'commander';
import { type CampaignKind, campaignKinds } from './plan.ts';

/** The command line of `npm run chaos`. */
export interface ChaosOptions {
  readonly kills: number;
  /** The number of runs of each fault. */
  readonly runs: number;
  readonly only: readonly CampaignKind[];
  readonly seed: number;
  readonly jobs: number;
  /** The file that the report is written to. */
  readonly report?: string;
}

/** How many seeds are drawn from, so that a seed is short. */
const SEEDS = 1_000_000;

/** Parses the command line. Exits if it asks for help or is invalid. */
export function chaosOptions(argv: readonly string[]): ChaosOptions {
  const given = new Command('npm run chaos --')
    .description('Kills zerobus-local under load, and breaks connections to it. Compares all rows in the end.')
    .option('--kills <number>', 'how often to kill a server (default: 1000)', wholeNumber)
    .option('--runs <number>', 'how many runs of each fault of a connection (default: 100)', wholeNumber)
    .option('--only <kinds>', `only these: ${campaignKinds.join(', ')} (default: all)`, kinds)
    .option('--seed <number>', 'draws the plan of an earlier run (default: another plan each time)', wholeNumber)
    .option('--jobs <number>', 'how many servers run at the same time (default: 2)', wholeNumber)
    .option('--report <file>', 'file that the report is written to, as Markdown')
    .parse([...argv], { from: 'user' })
    .opts<Partial<ChaosOptions>>();
  return { kills: 1000, runs: 100, only: campaignKinds, seed: Date.now() % SEEDS, jobs: 2, ...given };
}

function kinds(text: string): CampaignKind[] {
  return text.split(',').map((part) => {
    const kind = campaignKinds.find((each) => each === part.trim());
    if (kind === undefined) {
      throw new InvalidArgumentError(`${part.trim()} is unknown. Use some of ${campaignKinds.join(', ')}.`);
    }
    return kind;
  });
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) {
    return value;
  }
  throw new InvalidArgumentError('It must be a whole number above 0.');
}
