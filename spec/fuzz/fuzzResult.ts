/** What has come of fuzzing a target. */
export interface FuzzResult {
  readonly inputCount: number;
  /** The number of edges in the code that inputs have reached, if it is known. */
  readonly coverage?: number;
  /** Each finding with the file that it is kept in. */
  readonly findings: readonly string[];
}
