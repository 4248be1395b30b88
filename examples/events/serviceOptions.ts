import { Command } from 'commander';
import { integerAtLeast } from '../support/integerAtLeast.ts';

/** What the command line of a service says. */
export interface ServiceOptions {
  readonly port: number;
  /** The number of events in flight at which requests are refused. */
  readonly window: number;
  readonly drainMs: number;
}

/** The command line of a service. */
export function serviceCommand(): Command {
  return new Command('service')
    .option('--port <number>', 'the port to listen on, 0 for any', integerAtLeast(0), 8080)
    .option('--window <events>', 'the number of events in flight at which it answers 503', integerAtLeast(1), 1000)
    .option('--drain-ms <ms>', 'the longest wait for what is in flight when it ends', integerAtLeast(1), 10_000);
}

/** Reads the command line of a service. Ends the process if it is wrong. */
export function serviceOptions(): ServiceOptions {
  return serviceCommand().parse().opts<ServiceOptions>();
}
