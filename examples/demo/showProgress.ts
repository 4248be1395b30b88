import cliProgress from 'cli-progress';

/** The progress of the demo, which is read ten times a second. */
export interface ProgressState {
  readonly sent: number;
  readonly durable: number;
}

/**
 * Shows the progress of the demo: one line that is redrawn, or one line a second if the output is not a terminal.
 *
 * @returns a function that ends it
 */
export function showProgress(total: number, state: () => ProgressState): () => void {
  const bar = new cliProgress.SingleBar({
    format: '{bar} {percentage}% | sent {sent} | durable {durable} | in flight {inFlight} | {rate} rec/s',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    noTTYOutput: true,
    notTTYSchedule: 1000,
  });
  const startedAt = performance.now();
  const update = (): void => {
    const { sent, durable } = state();
    const seconds = (performance.now() - startedAt) / 1000;
    const counts = { sent, durable, inFlight: sent - durable, rate: Math.round(durable / Math.max(seconds, 0.001)) };
    bar.update(
      durable,
      Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count.toLocaleString('en')])),
    );
  };
  bar.start(total, 0, { sent: 0, durable: 0, inFlight: 0, rate: 0 });
  const timer = setInterval(update, 100);
  return () => {
    clearInterval(timer);
    update();
    bar.stop();
  };
}
