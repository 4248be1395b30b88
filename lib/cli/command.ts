/** What a command talks to, in place of the process itself. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes a line of results. */
  readonly print: (line: string) => void;
}

/** A command of `rxjs-zerobus`. */
export interface Command {
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** What `--help` prints. */
  readonly help: string;
  /**
   * Runs it.
   *
   * @param args what follows the command's name
   * @throws {@link UsageError} where the arguments make no sense, anything else where it fails
   */
  run(args: readonly string[], context: CommandContext): Promise<void>;
}

/** Arguments that make no sense. */
export class UsageError extends Error {}
