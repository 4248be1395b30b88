import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { closeConnections } from '../events/closeConnections.ts';
import { DurableEvents, type DurableEventsOptions } from '../events/durableEvents.ts';
import { type EventRow, eventsTable } from '../events/eventsTable.ts';

/** The token of the options, which {@link EventsModule.register} provides. */
export const DURABLE_EVENTS_OPTIONS = 'DURABLE_EVENTS_OPTIONS';

/**
 * The stream as a provider: it opens with the module. It drains before the HTTP server closes, while connections wait
 * for their answers. If something in flight has not become durable by the deadline, the exit code is 1.
 */
@Injectable()
export class DurableEventsService
  extends DurableEvents<EventRow>
  implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown
{
  readonly #host: HttpAdapterHost;
  #left = 0;

  constructor(
    @Inject(DURABLE_EVENTS_OPTIONS) options: DurableEventsOptions,
    @Inject(HttpAdapterHost) host: HttpAdapterHost,
  ) {
    super(eventsTable, options);
    this.#host = host;
  }

  onModuleInit(): void {
    this.open();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#left = await this.drain();
    closeConnections(this.#host.httpAdapter.getHttpServer());
  }

  onApplicationShutdown(): void {
    if (this.#left > 0) {
      // Nest catches what hooks throw, and then calls process.exit(0).
      process.once('exit', () => {
        process.exitCode = 1;
      });
    }
  }
}
