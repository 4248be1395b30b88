import type { Observable } from 'rxjs';
import type { Emission } from './plan/emission.ts';
import type { RecordKind, SimulatedRecord } from './plan/simulatedRecord.ts';
import type { SimulatedOptions } from './simulatedOptions.ts';

/** What is simulated: it gets a source and options, and makes of them what a subscriber would get. */
export interface SimulatedPipeline {
  /** What it emits. Of `anything`, only the requests, the events and the end are checked. */
  readonly emits: Emission;
  readonly build: (input: SimulatedInput, options: SimulatedOptions) => Observable<unknown>;
  /** Called at the end. What it throws is a broken promise of the pipeline. Defaults to no check. */
  readonly check?: ((report: RunReport) => void) | undefined;
}

/** What a run has brought. */
export interface RunReport {
  readonly end: 'completed' | 'errored' | 'unsubscribed' | undefined;
  /** The ids of the values that the source has emitted. */
  readonly emitted: readonly number[];
  /** The ids of the rows in the table, each once. */
  readonly stored: readonly number[];
  readonly trace: readonly string[];
}

/** The source of a run, in both forms. Only one of them may be used, once. */
export interface SimulatedInput {
  readonly values$: Observable<SimulatedRecord>;
  /** The rows of the same values, if none lacks a row. */
  readonly readings$: Observable<never>;
  readonly values: Iterable<SimulatedRecord>;
  /** Called from within the option `row`, so that a run can do something there. */
  readonly onRow: (kind: RecordKind) => void;
}
