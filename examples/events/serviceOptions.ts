import { parseArgs } from 'node:util';

/** What the command line of a service says. */
export interface ServiceOptions {
  readonly port: number;
  readonly window: number;
  readonly drainMs: number;
}

/** Reads the command line of a service: `--port 8080 --window 1000 --drain-ms 10000`. */
export function serviceOptions(args: readonly string[] = process.argv.slice(2)): ServiceOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '8080' },
      window: { type: 'string', default: '1000' },
      'drain-ms': { type: 'string', default: '10000' },
    },
  });
  const number = (name: 'port' | 'window' | 'drain-ms', least: number): number => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < least) {
      throw new Error(`--${name} must be an integer of at least ${least}, got ${values[name]}.`);
    }
    return value;
  };
  return {
    port: number('port', 0),
    window: number('window', 1),
    drainMs: number('drain-ms', 1),
  };
}
