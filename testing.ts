export type { ArrivalsExpectation } from './lib/testing/diagrams/expectations.ts';
export type { Interval } from './lib/testing/diagrams/interval.ts';
export type { Arrival, ScriptedOptions, ScriptedZerobus } from './lib/testing/diagrams/scriptedZerobus.ts';
export type { ServiceAct } from './lib/testing/diagrams/serviceAct.ts';
export type { ZerobusScript } from './lib/testing/diagrams/zerobusScript.ts';
export { type ZerobusTestHelpers, zerobusTest } from './lib/testing/diagrams/zerobusTest.ts';
export {
  type SimulatedReading,
  type SimulateOptions,
  type SimulationReport,
  simulate,
} from './lib/testing/simulation/simulate.ts';
export type { SimulatedOptions, SimulatedRejection } from './lib/testing/simulation/simulatedOptions.ts';
export { SimulationError } from './lib/testing/simulation/simulationError.ts';
