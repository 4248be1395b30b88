import { fastify } from 'fastify';
import { serviceOptions } from '../events/serviceOptions.ts';
import { eventRoutes } from './eventRoutes.ts';

const { port, window, drainMs } = serviceOptions();
// The address and the credentials of the workspace are in the environment.
const connection = {};

const app = fastify({ bodyLimit: 1024 * 1024, requestTimeout: 10_000 });
await app.register(eventRoutes, { connection, window, drainMs, log: (line) => console.error(line) });

for (const signal of ['SIGTERM', 'SIGINT']) {
  // A second signal ends the process at once.
  process.once(signal, () => void app.close());
}
console.log(`listens on ${await app.listen({ port, host: '127.0.0.1' })}`);
