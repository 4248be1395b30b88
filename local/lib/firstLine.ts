import { toError } from './toError.ts';

/** The first line of the message of a thrown value. DuckDB and JSON.parse add lines that show the place. */
export function firstLine(thrown: unknown): string {
  return toError(thrown).message.split('\n', 1)[0] ?? '';
}
