import type { Invariant } from './model/findings.ts';
import type { Reduction } from './plan/simulationPlan.ts';
import type { ShrunkFailure } from './shrink.ts';

/** A promise that was broken in a simulated run. */
export class SimulationError extends Error {
  /** `SimulationError` */
  override readonly name = 'SimulationError';
  /** The run. */
  readonly seed: number;
  /** The kind of the promise. */
  readonly invariant: Invariant;
  /** What the run can leave out and still fail: to be passed to `simulate` with the seed. */
  readonly reduction: Reduction;
  /** What has happened, line by line, with as few records and faults as possible. */
  readonly trace: readonly string[];

  /** @internal */
  constructor(seed: number, { reduction, finding, trace }: ShrunkFailure) {
    const replay = JSON.stringify({ seed, ...reduction }).slice(1, -1);
    super(
      `Seed ${seed} breaks a promise (${finding.invariant}) at ${finding.atMs} ms: ${finding.text}${/[.!?]$/.test(finding.text) ? '' : '.'} ` +
        `To run it again: simulate({ ${replay}, pipeline }).\n${trace.join('\n')}\nThis is all that the failure needs.`,
    );
    this.seed = seed;
    this.invariant = finding.invariant;
    this.reduction = reduction;
    this.trace = trace;
  }
}
