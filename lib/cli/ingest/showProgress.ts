import { SingleBar } from 'cli-progress';
import { asyncScheduler, interval, type SchedulerLike, Subscription } from 'rxjs';
import type { CommandContext } from '../command/commandContext.ts';
import { progressText, type RunProgress } from './progressText.ts';

/** The time between two lines, if there is no terminal. */
const LINE_MS = 10_000;
const BAR_MS = 200;

/**
 * Shows how far a run is: by a bar on a terminal, and by a line from time to time elsewhere.
 *
 * @param progress returns how far it is
 * @returns ends it when it is unsubscribed from
 */
export function showProgress(
  { stderr, printError }: Pick<CommandContext, 'stderr' | 'printError'>,
  progress: () => RunProgress,
  scheduler: SchedulerLike = asyncScheduler,
): Subscription {
  if (stderr.isTTY !== true) {
    return interval(LINE_MS, scheduler).subscribe(() => printError(progressText(progress())));
  }
  const { bytesTotal } = progress();
  const bar = new SingleBar({
    stream: stderr,
    format: bytesTotal === undefined ? '{text}' : '{bar} {percentage}% {text}',
    barsize: 20,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    // The command handles signals itself.
    gracefulExit: false,
    clearOnComplete: true,
    linewrap: true,
    emptyOnZero: true,
  });
  const payload = (): { readonly text: string } => ({ text: progressText(progress()) });
  bar.start(bytesTotal ?? 0, 0, payload());
  const shown = new Subscription(() => bar.stop());
  shown.add(interval(BAR_MS, scheduler).subscribe(() => bar.update(progress().bytesRead, payload())));
  return shown;
}
