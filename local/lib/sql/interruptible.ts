import type { DuckDb } from '../duckdb/duckDb.ts';

/** An interruption between two statements has no effect, so it is repeated until the task has ended, in ms. */
const REPEAT_MS = 50;

/**
 * Runs a task whose statements are interrupted when the signal is aborted.
 *
 * @param signal undefined if the task is never aborted
 * @throws the reason of the signal if it was aborted before the task had ended
 */
export async function interruptible<Result>(
  duckDb: DuckDb,
  signal: AbortSignal | undefined,
  task: () => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    duckDb.interrupt();
    timer = setInterval(() => duckDb.interrupt(), REPEAT_MS);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await task();
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    clearInterval(timer);
  }
}

/**
 * Waits for something that goes on if the signal is aborted.
 *
 * @throws the reason of the signal if it is aborted before
 */
export async function unlessAborted(signal: AbortSignal | undefined, done: Promise<void> | undefined): Promise<void> {
  if (signal === undefined) {
    return done;
  }
  signal.throwIfAborted();
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<void>((_resolve, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    await Promise.race([done, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
