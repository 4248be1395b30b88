import type { Readable, Writable } from 'node:stream';

/** The environment of a command, instead of the process itself. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable;
  /** What progress is shown on. It may be a terminal. */
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  /** Prints a line of results. */
  readonly print: (line: string) => void;
  /** Prints a line about an error. */
  readonly printError: (line: string) => void;
}
