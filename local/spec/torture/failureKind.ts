/**
 * How a call goes wrong: the process is killed before it, after it, or in the midst of a write; or the call fails
 * without having been made, or after it was made. `count` lets nothing go wrong, and prints the calls.
 */
export type FailureKind = 'before' | 'after' | 'torn' | 'fail' | 'late' | 'count' | 'none';

/** Which call of a process goes wrong, and how. */
export interface Failure {
  readonly kind: FailureKind;
  /** The number of the call, from 1. */
  readonly at: number;
  /** Error code of a call that fails. */
  readonly code?: string;
  /** How many calls in a row fail. Default 1. */
  readonly times?: number;
}
