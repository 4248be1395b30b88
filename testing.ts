export type { ArrivalsExpectation } from './lib/testing/diagrams/expectations.ts';
export type { Interval } from './lib/testing/diagrams/interval.ts';
export type { Arrival, ScriptedOptions, ScriptedZerobus } from './lib/testing/diagrams/scriptedZerobus.ts';
export type { ServiceAct } from './lib/testing/diagrams/serviceAct.ts';
export type { ZerobusScript } from './lib/testing/diagrams/zerobusScript.ts';
export { type ZerobusTestHelpers, zerobusTest } from './lib/testing/diagrams/zerobusTest.ts';
