import { fileURLToPath } from 'node:url';
import { withZerobus } from '../support/withZerobus.ts';
import { CREATE_EVENTS_TABLE, EVENTS_TABLE } from './eventsTable.ts';
import { serviceCommand } from './serviceOptions.ts';
import { startService } from './serviceProcess.ts';
import { tour } from './tour.ts';

/** Runs a service in a process of its own, against the workspace of the environment, or a local Zerobus. */
export async function runService(service: URL): Promise<void> {
  const { serve } = serviceCommand()
    .name('npm run example NAME --')
    .description('Makes requests of its own, and shows what the service answers.')
    .option('--serve', 'run the service until Ctrl-C instead; the other options are for it')
    .parse()
    .opts<{ readonly serve?: true }>();
  const path = fileURLToPath(service);
  await withZerobus(
    async (workspace) => {
      if (!serve) {
        await tour(path, workspace);
        return;
      }
      const args = process.argv.slice(2).filter((arg) => arg !== '--serve');
      const started = await startService(path, workspace, args, (line) => console.error(line));
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
