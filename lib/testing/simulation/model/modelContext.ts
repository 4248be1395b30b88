import type { SimulatedLimits } from '../plan/simulatedLimits.ts';
import type { Findings } from './findings.ts';
import type { RecordBook } from './recordBook.ts';

/** Everything that the models of a run share. */
export interface ModelContext {
  readonly limits: SimulatedLimits;
  readonly book: RecordBook;
  readonly findings: Findings;
  readonly now: () => number;
  readonly hasRejected: boolean;
  /** The last number that the option `random` has returned. */
  readonly lastRandom: () => number;
  /** Whether records are only known once they are sent. */
  readonly isOpenWorld: boolean;
  /** Whether a record is in the table. */
  readonly isStored: (id: number) => boolean;
  /** Whether the source has ended. */
  readonly hasSourceEnded: () => boolean;
}
