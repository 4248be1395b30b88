import { isNativeError } from 'node:util/types';

/**
 * Why a data file could not be written.
 *
 * - `rows`: DuckDB refuses a value; without the row that has it, the others can be written.
 * - `size`: too much at once, for lack of memory above all; less of it can be written.
 * - `other`: the disk, or a fault of this program; it has nothing to do with the rows, and another attempt may find it
 *   mended.
 */
export type WriteFailure = 'rows' | 'size' | 'other';

/** Tells by an error of DuckDB, or of the file system, what a smaller attempt is good for. */
export function writeFailure(error: unknown): WriteFailure {
  const message = isNativeError(error) ? error.message : '';
  if (/^(Invalid Input|Conversion|Out of Range|Not implemented|INTERNAL|FATAL) Error/.test(message)) {
    return 'rows';
  }
  // A statement that DuckDB does not understand is a fault of this program: no row may be set aside for it.
  if (/^(IO|Parser|Binder|Catalog|Permission|INTERRUPT) Error/.test(message)) {
    return 'other';
  }
  return /^[A-Z][A-Za-z]*( [A-Za-z]+)* Error: /.test(message) ? 'size' : 'other';
}
