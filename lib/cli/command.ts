/** The environment of a command, instead of the process itself. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Prints a line of results. */
  readonly print: (line: string) => void;
}

/** A command of `rxjs-zerobus`. */
export interface Command {
  readonly name: string;
  /** A description in one line. */
  readonly summary: string;
  /** The output of `--help`. */
  readonly help: string;
  /**
   * Runs the command.
   *
   * @param args the arguments after the name of the command
   * @throws {@link UsageError} if the arguments are not valid, or another error if the command fails
   */
  run(args: readonly string[], context: CommandContext): Promise<void>;
}

/** Thrown if the arguments are not valid. */
export class UsageError extends Error {}
