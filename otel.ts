/* OpenTelemetry */

export { type InstrumentZerobusOptions, instrumentZerobus } from './lib/otel/instrumentZerobus.ts';
export { inContextOf } from './operators/inContextOf.ts';
