// A Fastify service that answers when events are durable. With --serve it goes on until SIGTERM or Ctrl-C. Without, a
// tour starts it in a process of its own, and shows what it answers.
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { fastify } from 'fastify';
import { CREATE_EVENTS_TABLE, EVENTS_TABLE } from '../events/eventsTable.ts';
import { serviceOptions } from '../events/serviceOptions.ts';
import { tour } from '../events/tour.ts';
import { withZerobus } from '../support/withZerobus.ts';
import { eventRoutes } from './eventRoutes.ts';

const { serve, port, window, drainMs } = serviceOptions();

await withZerobus(
  async (connection) => {
    if (!serve) {
      await tour(fileURLToPath(import.meta.url), connection);
      return;
    }
    const app = fastify({ bodyLimit: 1024 * 1024, requestTimeout: 10_000 });
    const warn = (message: string): void => console.error(message);
    await app.register(eventRoutes, { connection, window, drainMs, warn });
    console.log(`listens on ${await app.listen({ port, host: '127.0.0.1' })}`);
    const signals = new AbortController();
    await Promise.race(['SIGTERM', 'SIGINT'].map((name) => once(process, name, signals)));
    signals.abort();
    await app.close();
  },
  EVENTS_TABLE,
  CREATE_EVENTS_TABLE,
);
