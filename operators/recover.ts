// It stands beside the engine, which uses it; here is where whoever looks for an operator finds it.
export { type RecoverOptions, recover } from '../lib/stream/recover.ts';
