/**
 * How a call fails. The process is killed before it, after it, or in the middle of a write; or the call fails before or
 * after it was made. With `count` nothing fails, and the calls are printed.
 */
export type FailureKind = 'before' | 'after' | 'torn' | 'fail' | 'late' | 'count' | 'none';

/** Which call of a process fails, and how. */
export interface Failure {
  readonly kind: FailureKind;
  /** The number of the call, starting at 1. */
  readonly at: number;
  /** Error code of the failing call. */
  readonly code?: string;
  /** How many calls in a row fail. Defaults to 1. */
  readonly times?: number;
}
