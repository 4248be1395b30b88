import type { Observable } from 'rxjs';
import type { Reduction } from './plan/simulationPlan.ts';
import { type PlanOutcome, runPlan } from './runPlan.ts';
import { shrink } from './shrink.ts';
import type { SimulatedOptions } from './simulatedOptions.ts';
import type { SimulatedPipeline } from './simulatedPipeline.ts';
import { SimulationError } from './simulationError.ts';

/** A record that the source of a simulation emits. Rows that are made of it must keep its `id`. */
export interface SimulatedReading {
  /** The place of the record in the source, from 0. */
  readonly id: number;
  /** A small number, such as that of a device. */
  readonly key: number;
  /** Text of a random length. */
  readonly padding: string;
}

/** Options of {@link simulate}. */
export interface SimulateOptions extends Reduction {
  /** The run: a whole number from 0 on. */
  readonly seed: number;
  /**
   * What is simulated: returns what a subscriber of yours would get, of a source and of options to pass on to
   * `toZerobus`, `throughZerobus` or `ingest`. All time in it must be that of rxjs, and its rows must keep the `id`.
   */
  readonly pipeline: (readings: Observable<SimulatedReading>, options: SimulatedOptions) => Observable<unknown>;
  /** Called at the end of the run. An error that it throws is a failure of the seed. Defaults to no check. */
  readonly check?: ((report: SimulationReport) => void) | undefined;
}

/** What came of a simulated run. */
export interface SimulationReport {
  /** How the pipeline has ended. A run may also unsubscribe. */
  readonly end: PlanOutcome['end'];
  /** The ids of the records that the source has emitted, in order. */
  readonly emitted: readonly number[];
  /** The ids of the rows that are in the table, each once, in the order in which they were stored first. */
  readonly stored: readonly number[];
  /** What has happened, line by line. The same seed has the same trace. */
  readonly trace: readonly string[];
}

/**
 * Runs a pipeline once, in virtual time, against a service and a network that fail as a seed says: broken and silent
 * connections, refused and slow tokens, late and wrong acks, close signals, refused records, and a source that bursts,
 * pauses, fails or is unsubscribed from.
 *
 * At every step it is checked that the client keeps its promises: each record is in one place, the order of records,
 * the watermark, limits, deadlines, retries and their waits, and that nothing is left behind at the end.
 *
 * @example
 * ```ts
 * import { filter } from 'rxjs';
 * import { toZerobus } from 'rxjs-zerobus';
 * import { simulate } from 'rxjs-zerobus/testing';
 *
 * for (let seed = 0; seed < 1000; seed++) {
 *   simulate({
 *     seed,
 *     pipeline: (readings, options) =>
 *       readings.pipe(
 *         filter(({ key }) => key === 0),
 *         toZerobus('main.iot.readings', options),
 *       ),
 *   });
 * }
 * ```
 *
 * @param options see {@link SimulateOptions}
 * @returns what came of the run
 * @throws {@link SimulationError} if a promise is broken. It has the seed, and a trace with as few records and faults
 * as the failure needs
 */
export function simulate(options: SimulateOptions): SimulationReport {
  const { seed, pipeline, check, ...reduction } = options;
  const simulated: SimulatedPipeline = {
    emits: 'anything',
    build: ({ readings$ }, options) => pipeline(readings$, options),
    check,
  };
  const run = { seed, pipeline: simulated, ...reduction };
  const outcome = runPlan({ ...run, hasTrace: true });
  if (outcome.finding === undefined) {
    return outcome;
  }
  throw new SimulationError(seed, shrink(run, outcome));
}
