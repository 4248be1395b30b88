import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import type { DurableEventsOptions } from '../events/durableEvents.ts';
import { DURABLE_EVENTS_OPTIONS, DurableEventsService } from './durableEventsService.ts';
import { EventsController } from './eventsController.ts';

const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<DurableEventsOptions>({
  optionsInjectionToken: DURABLE_EVENTS_OPTIONS,
}).build();

/**
 * Events over HTTP into a table: `imports: [EventsModule.register(options)]`, or `registerAsync` with a factory. Other
 * modules that import it may inject {@link DurableEventsService} too.
 */
@Module({ controllers: [EventsController], providers: [DurableEventsService], exports: [DurableEventsService] })
export class EventsModule extends ConfigurableModuleClass {}
