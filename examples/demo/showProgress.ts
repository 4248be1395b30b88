import cliProgress from 'cli-progress';

/** How far the demo is; read ten times a second. */
export interface ProgressState {
  readonly sent: number;
  readonly durable: number;
}

/**
 * Shows how far the demo is, until it is stopped: one line that redraws itself, or one line a second where the output
 * is no terminal.
 *
 * @returns stops it
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
