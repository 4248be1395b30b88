/** What a process says about its specs while they run. It is plain data, so that it can go between processes. */
export type SpecNote =
  | { readonly kind: 'running'; readonly where: string | undefined }
  | { readonly kind: 'passed' }
  | { readonly kind: 'skipped' | 'failed' | 'warned'; readonly text: string }
  | { readonly kind: 'took'; readonly name: string; readonly ms: number }
  | { readonly kind: 'suite'; readonly suite: SuiteNote }
  | { readonly kind: 'incomplete'; readonly reason: string }
  | { readonly kind: 'ended'; readonly seed: string | undefined };

/** An outermost suite that has ended. */
export interface SuiteNote extends Tally {
  readonly name: string;
  readonly ms: number;
}

/** Counts of specs. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}
