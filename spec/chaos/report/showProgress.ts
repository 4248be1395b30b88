import cliProgress from 'cli-progress';

/** The progress of a chaos. */
export interface Progress {
  /** Counts one kill or run. */
  step(): void;
  /** Shows what was found until now. */
  found(lost: number, problems: number): void;
  /** Ends the line. */
  stop(): void;
}

/** Shows the progress: a bar on a terminal, and a line every ten seconds elsewhere. */
export function showProgress(total: number): Progress {
  const bar = new cliProgress.SingleBar({
    format: '{bar} {value} of {total} | lost {lost} | problems {problems} | {duration_formatted}, {eta_formatted} left',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    noTTYOutput: true,
    notTTYSchedule: 10_000,
  });
  bar.start(total, 0, { lost: 0, problems: 0 });
  return {
    step: () => bar.increment(),
    found: (lost, problems) => bar.update({ lost, problems }),
    stop: () => bar.stop(),
  };
}
