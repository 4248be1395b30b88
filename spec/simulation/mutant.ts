/** A way in which the client is broken on purpose: one edit of one compiled file. */
export interface Mutant {
  readonly name: string;
  /** The compiled file, from `build/`. */
  readonly file: string;
  /** What is replaced. It must be in the file once. */
  readonly from: string;
  readonly to: string;
}
