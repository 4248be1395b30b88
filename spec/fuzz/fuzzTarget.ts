/** A function that reads what another party has written, and the inputs to begin with. */
export interface FuzzTarget {
  /** The name on the command line, in titles, and of the folder in the corpus. */
  readonly name: string;
  /** Inputs of every form. */
  readonly seeds: readonly (string | Uint8Array)[];
  /** Words that inputs are made of. Defaults to none. */
  readonly words?: readonly string[];
  /** Whether an input may be refused with this error. */
  readonly isTyped: (error: unknown) => boolean;
  /**
   * Reads an input, and compares the result with that of another implementation if there is one. It may return a
   * promise.
   *
   * @throws an error for which {@link isTyped} holds, if the input is refused
   */
  readonly read: (input: Buffer) => unknown;
}
