import { isNativeError } from 'node:util/types';

/**
 * Why a data file could not be written.
 *
 * - `rows`: DuckDB refuses a value. The other rows can be written without the row that has it.
 * - `size`: too much at once, mostly for lack of memory. A smaller part can be written.
 * - `other`: the disk, or a bug in this package. It has nothing to do with the rows, and a later attempt may succeed.
 */
export type WriteFailure = 'rows' | 'size' | 'other';

/** Decides from an error of DuckDB, or of the file system, whether a smaller attempt makes sense. */
export function writeFailure(error: unknown): WriteFailure {
  const message = isNativeError(error) ? error.message : '';
  if (/^(Invalid Input|Conversion|Out of Range|Not implemented|INTERNAL|FATAL) Error/.test(message)) {
    return 'rows';
  }
  // If DuckDB does not understand a statement, this package has a bug: no row may be set aside for it.
  if (/^(IO|Parser|Binder|Catalog|Permission|INTERRUPT) Error/.test(message)) {
    return 'other';
  }
  return /^[A-Z][A-Za-z]*( [A-Za-z]+)* Error: /.test(message) ? 'size' : 'other';
}
