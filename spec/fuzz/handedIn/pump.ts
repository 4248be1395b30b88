import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { config, type VirtualTimeScheduler } from 'rxjs';

/** An hour of virtual time, which is beyond every timeout. */
const HOUR_MS = 3_600_000;
/** Turns of the event loop, for what waits for promises in between. */
const QUICK_TURNS = 40;
/** Turns of a millisecond after them, for files and sockets. */
const SLOW_TURNS = 2000;

/**
 * Lets virtual time pass until something is over.
 *
 * @returns the errors that nothing has handled meanwhile
 */
export async function pump(clock: VirtualTimeScheduler, isOver: () => boolean): Promise<readonly unknown[]> {
  const unhandled: unknown[] = [];
  const onUnhandled = (error: unknown): void => void unhandled.push(error);
  const { onUnhandledError } = config;
  config.onUnhandledError = onUnhandled;
  // Warnings of what is handed in, such as an observer that throws.
  const { emitWarning } = process;
  process.emitWarning = () => {};
  process.on('unhandledRejection', onUnhandled);
  try {
    for (let turns = 0; turns < QUICK_TURNS + SLOW_TURNS && !isOver(); turns++) {
      clock.maxFrames = HOUR_MS;
      clock.flush();
      await (turns < QUICK_TURNS ? turn() : delay(1));
    }
    await turn();
    await turn();
  } finally {
    config.onUnhandledError = onUnhandledError;
    process.off('unhandledRejection', onUnhandled);
    process.emitWarning = emitWarning;
  }
  return unhandled;
}
