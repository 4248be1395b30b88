import { Body, Controller, Get, HttpCode, Inject, Post, ServiceUnavailableException, UseFilters } from '@nestjs/common';
import { rowsOf } from '../events/eventsTable.ts';
import type { Durable } from '../events/pendingRequest.ts';
import { DurableEventsService } from './durableEventsService.ts';
import { NotDurableFilter } from './notDurableFilter.ts';

type Health = DurableEventsService['health'];

/** Takes events, and says how the stream does. */
@Controller()
@UseFilters(NotDurableFilter)
export class EventsController {
  readonly #events: DurableEventsService;

  constructor(@Inject(DurableEventsService) events: DurableEventsService) {
    this.#events = events;
  }

  @Post('events')
  @HttpCode(200)
  add(@Body() body: unknown): Promise<Durable> {
    return this.#events.add(rowsOf(body));
  }

  @Get('health/live')
  live(): Health {
    return this.#healthIf('live');
  }

  @Get('health/ready')
  ready(): Health {
    return this.#healthIf('ready');
  }

  @Get('metrics')
  metrics(): Readonly<Record<string, number>> {
    return this.#events.counters;
  }

  #healthIf(name: 'live' | 'ready'): Health {
    const { health } = this.#events;
    if (!health[name]) {
      throw new ServiceUnavailableException(health);
    }
    return health;
  }
}
