import process from 'node:process';

/** Thrown if the process is asked to end. */
class Interrupted extends Error {}

/** Rejects when the process is asked to end, from {@link exitIfInterrupted} on. */
let interruption: Promise<never> | undefined;

/**
 * Waits for work of a program that {@link exitIfInterrupted} runs. If Ctrl-C or SIGTERM comes first, or came before, it
 * throws, so that `finally` blocks clean up.
 *
 * @returns what the work resolves with
 */
export function unlessInterrupted<T>(work: Promise<T>): Promise<T> {
  return interruption === undefined ? work : Promise.race([work, interruption]);
}

/** Runs a program. If it was interrupted, ends the process with the exit code 130, whatever still runs. */
export async function exitIfInterrupted(program: () => Promise<void>): Promise<void> {
  interruption = new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM']) {
      process.once(signal, () => reject(new Interrupted()));
    }
  });
  interruption.catch(() => {});
  try {
    await program();
  } catch (error) {
    if (error instanceof Interrupted) {
      process.exit(130);
    }
    throw error;
  }
}
