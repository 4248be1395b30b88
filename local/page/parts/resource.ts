import { get } from '../request.ts';

/** Something that is read from the server, once or again. */
export class Resource<T> {
  /** What was read last. It stays while it is read again. */
  value: T | undefined;
  /** Why it could not be read. */
  error: Error | undefined;
  readonly #path: string;
  readonly #update: () => void;
  #reading: AbortController | undefined;

  /**
   * @param path the path below `/api/local/`
   * @param update called after `value` or `error` has changed
   */
  constructor(path: string, update: () => void) {
    this.#path = path;
    this.#update = update;
  }

  /** Reads it. A reading that has not ended is given up. */
  async read(): Promise<void> {
    this.close();
    const reading = new AbortController();
    this.#reading = reading;
    try {
      this.value = await get<T>(this.#path, reading.signal);
      this.error = undefined;
    } catch (error) {
      if (reading.signal.aborted) {
        return;
      }
      this.error = error as Error;
    }
    this.#update();
  }

  close(): void {
    this.#reading?.abort();
  }
}
