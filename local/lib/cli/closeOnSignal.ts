import type { EventEmitter } from 'node:events';

const stopSignals = ['SIGINT', 'SIGTERM'] as const;
/**
 * npx hands a Ctrl-C on to the command, which the terminal has given it already: signals that come that close are one.
 */
const SAME_SIGNAL_MS = 500;

/**
 * Waits for SIGINT or SIGTERM, then closes. Another signal, half a second later or more, ends it at once.
 *
 * @param signals what emits the signals: `process`
 * @param close closes in order
 * @param endAtOnce ends without waiting for `close`
 * @returns resolves when `close` has, and rejects as it does
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
