import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The longest wait for an answer of a child; usually it takes far less. */
const PATIENCE_MS = 60_000;

/** A program of the benchmark in a process of its own, which messages are exchanged with. */
export class Child implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #signal: AbortSignal;
  readonly #exited: Promise<unknown>;

  /**
   * @param program the path of the compiled program below `bench`, such as `sink/main.js`
   * @param argument passed to the program on its command line
   * @param signal kills the process when it is aborted
   */
  constructor(program: string, argument: object, signal: AbortSignal) {
    signal.throwIfAborted();
    this.#name = program;
    this.#signal = signal;
    this.#child = fork(fileURLToPath(new URL(`../${program}`, import.meta.url)), [JSON.stringify(argument)], {
      execArgv: ['--expose-gc'],
      env: quietEnvironment(),
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#exited = once(this.#child, 'exit');
    signal.addEventListener('abort', this.#kill);
  }

  /**
   * Waits for the next message of the process.
   *
   * @param patienceMs the longest wait. Defaults to a minute.
   * @throws Error if the process ends without a message, or takes too long
   */
  async nextMessage<T>(patienceMs: number = PATIENCE_MS): Promise<T> {
    const patience = AbortSignal.any([this.#signal, AbortSignal.timeout(patienceMs)]);
    const stop = new AbortController();
    const signal = AbortSignal.any([patience, stop.signal]);
    try {
      const exit = once(this.#child, 'exit', { signal }).then(([code, killedBy]) => {
        throw new Error(`${this.#name} ended with ${code ?? killedBy} before it answered.`);
      });
      const message = once(this.#child, 'message', { signal }).then(([value]) => value as T);
      return await Promise.race([message, exit]);
    } catch (error) {
      if (patience.aborted && !this.#signal.aborted) {
        throw new Error(`${this.#name} took longer than ${patienceMs / 1000} s.`, { cause: error });
      }
      throw error;
    } finally {
      stop.abort();
    }
  }

  /** Sends a message to the process. */
  send(message: object): void {
    this.#child.send(message);
  }

  /** Waits until the process ends by itself. */
  async ended(): Promise<void> {
    await this.#exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#kill();
    await this.#exited;
    this.#signal.removeEventListener('abort', this.#kill);
  }

  readonly #kill = (): void => {
    this.#child.kill('SIGKILL');
  };
}

/** This environment, without variables that would lead a client away from this machine. */
function quietEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/_proxy$|^(ZEROBUS|DATABRICKS)_|^NODE_OPTIONS$/i.test(name),
  );
  return Object.fromEntries(kept);
}
