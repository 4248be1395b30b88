import type { CommandContext } from './commandContext.ts';

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
   * @returns the exit code
   * @throws `UsageError` if the arguments are not valid, or another error if the command fails
   */
  run(args: readonly string[], context: CommandContext): Promise<number>;
}
