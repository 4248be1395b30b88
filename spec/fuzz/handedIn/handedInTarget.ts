import type fc from 'fast-check';

/** Values that users hand in, and what must hold for them. */
export interface HandedInTarget {
  /** The name on the command line and in titles. */
  readonly name: string;
  /** @param onRun called for each run */
  readonly property: (onRun: () => void) => fc.IRawProperty<unknown>;
}
