import type { FastifyInstance } from 'fastify';
import { closeConnections } from '../events/closeConnections.ts';
import { DurableEvents, type DurableEventsOptions } from '../events/durableEvents.ts';
import { eventsTable, rowsOf } from '../events/eventsTable.ts';
import { NotDurable } from '../events/notDurable.ts';

/**
 * A plugin of Fastify: takes events over HTTP into a table, and answers when they are durable. It opens its stream when
 * the application is ready, and drains it when the application closes, while connections still wait for their answers.
 */
export async function eventRoutes(app: FastifyInstance, options: DurableEventsOptions): Promise<void> {
  const events = new DurableEvents(eventsTable, options);
  let left = 0;

  app.addHook('onReady', async () => events.open());
  app.addHook('preClose', async () => {
    left = await events.drain();
    closeConnections(app.server);
  });
  app.addHook('onClose', async () => {
    if (left > 0) {
      process.exitCode = 1;
    }
  });

  app.setErrorHandler(async (error, _request, reply) => {
    if (error instanceof NotDurable) {
      return reply.code(error.statusCode).headers(error.headers).send(error.toJSON());
    }
    throw error;
  });

  app.post('/events', async ({ body }) => events.add(rowsOf(body)));
  app.get('/health/live', async (_request, reply) => reply.code(events.health.live ? 200 : 503).send(events.health));
  app.get('/health/ready', async (_request, reply) => reply.code(events.health.ready ? 200 : 503).send(events.health));
  app.get('/metrics', async () => events.counters);
}
