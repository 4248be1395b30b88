import {
  type EnvironmentProviders,
  ErrorHandler,
  makeEnvironmentProviders,
  provideAppInitializer,
  provideBrowserGlobalErrorListeners,
} from '@angular/core';
import { TrackingErrorHandler } from './trackingErrorHandler.ts';
import { trackNavigation } from './trackNavigation.ts';
import { ZerobusEvents, type ZerobusEventsOptions, zerobusEventsOptions } from './zerobusEvents.ts';

/**
 * Provides {@link ZerobusEvents}, and tracks what needs no call: the pages that the router shows, and uncaught errors,
 * also those outside of Angular.
 */
export function provideZerobusEvents(options: ZerobusEventsOptions): EnvironmentProviders {
  return makeEnvironmentProviders([
    { provide: zerobusEventsOptions, useValue: options },
    ZerobusEvents,
    { provide: ErrorHandler, useClass: TrackingErrorHandler },
    provideBrowserGlobalErrorListeners(),
    provideAppInitializer(trackNavigation),
  ]);
}
