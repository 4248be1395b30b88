import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { withZerobus } from '../support/withZerobus.ts';
import { CREATE_EVENTS_TABLE, EVENTS_TABLE } from './eventsTable.ts';
import { serviceOptions } from './serviceOptions.ts';
import { startService } from './serviceProcess.ts';
import { tour } from './tour.ts';

const USAGE = `Usage: npm run example NAME -- [options]

Without options, makes requests of its own and shows what the service answers.

  --serve         runs the service until Ctrl-C
  --port N        its port (default: 8080)
  --window N      the number of events in flight at which it answers 503 (default: 1000)
  --drain-ms N    the longest time to wait for what is in flight when it ends (default: 10000)
`;

/** Runs a service in a process of its own, against the workspace of the environment, or a local Zerobus. */
export async function runService(service: URL, args: readonly string[] = process.argv.slice(2)): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    strict: false,
    options: { serve: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values['help'] === true) {
    process.stdout.write(USAGE);
    return;
  }
  const serviceArgs = args.filter((arg) => arg !== '--serve');
  try {
    serviceOptions(serviceArgs);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  const path = fileURLToPath(service);
  await withZerobus(
    async (workspace) => {
      if (values['serve'] !== true) {
        await tour(path, workspace);
        return;
      }
      const started = await startService(path, workspace, serviceArgs, (line) => console.error(line));
      console.log(`The service listens on ${started.url}. Press Ctrl-C to end it.
curl -si ${started.url}/events -H 'content-type: application/json' -d '{"id":"1","kind":"click","amount":1.5}'
curl -si ${started.url}/health/ready
curl -si ${started.url}/metrics`);
      // Ctrl-C in a terminal reaches the service by itself. Anything else is passed on.
      process.once('SIGINT', () => {});
      process.once('SIGTERM', () => void started.stop('SIGTERM'));
      process.exitCode = Number(await started.ended);
    },
    EVENTS_TABLE,
    CREATE_EVENTS_TABLE,
  );
}
