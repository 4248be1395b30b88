import { asyncScheduler, interval, type SchedulerLike, Subscription } from 'rxjs';
import type { CommandContext } from '../command/commandContext.ts';
import { barText, progressText, type RunProgress } from './progressText.ts';

/** The time between two lines, if there is no terminal. */
const LINE_MS = 10_000;
const BAR_MS = 200;
/** The width of a terminal that does not say it. */
const DEFAULT_COLUMNS = 80;
/** Goes to the start of the line and clears it. */
const CLEAR = '\r\u001b[K';

/** Progress that is shown. */
export interface ShownProgress {
  /** Ends it when it is unsubscribed from. */
  readonly subscription: Subscription;
  /** Prints a line above it. */
  readonly printError: (line: string) => void;
}

/**
 * Shows how far a run is: by a bar on a terminal, and by a line from time to time elsewhere.
 *
 * @param progress returns how far it is
 */
export function showProgress(
  { stderr, printError }: Pick<CommandContext, 'stderr' | 'printError'>,
  progress: () => RunProgress,
  scheduler: SchedulerLike = asyncScheduler,
): ShownProgress {
  if (stderr.isTTY !== true) {
    const subscription = interval(LINE_MS, scheduler).subscribe(() => printError(progressText(progress())));
    return { subscription, printError };
  }
  const draw = (): void => {
    stderr.write(`${CLEAR}${barText(progress(), stderr.columns || DEFAULT_COLUMNS)}`);
  };
  const subscription = new Subscription(() => stderr.write(CLEAR));
  subscription.add(interval(BAR_MS, scheduler).subscribe(draw));
  draw();
  return {
    subscription,
    printError: (line) => {
      stderr.write(CLEAR);
      printError(line);
      if (!subscription.closed) {
        draw();
      }
    },
  };
}
