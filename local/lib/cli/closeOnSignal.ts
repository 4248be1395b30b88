import type { EventEmitter } from 'node:events';

const stopSignals = ['SIGINT', 'SIGTERM'] as const;
/**
 * npx passes Ctrl-C on to the command, which also gets it from the terminal. Signals within this time count as one.
 */
const SAME_SIGNAL_MS = 500;

/**
 * Waits for SIGINT or SIGTERM, then closes. Another signal, at least half a second later, ends at once.
 *
 * @param signals emits the signals: `process`
 * @param close closes gracefully
 * @param endAtOnce ends without waiting for `close`
 * @returns a promise that settles as `close` does
 */
export function closeOnSignal(signals: EventEmitter, close: () => Promise<void>, endAtOnce: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let firstAtMs: number | undefined;
    const onSignal = (): void => {
      if (firstAtMs !== undefined) {
        if (Date.now() - firstAtMs >= SAME_SIGNAL_MS) {
          endAtOnce();
        }
        return;
      }
      firstAtMs = Date.now();
      const stopListening = (): void => {
        for (const signal of stopSignals) {
          signals.off(signal, onSignal);
        }
      };
      close().finally(stopListening).then(resolve, reject);
    };
    for (const signal of stopSignals) {
      signals.on(signal, onSignal);
    }
  });
}
