import type { GatewayEventDetails } from './gatewayEvent.ts';
import type { GatewayOptions } from './gatewayOptions.ts';

/** Reports what happens to the events of a page. Whatever the observer throws does not reach the stream. */
export class GatewayReporter {
  readonly #options: Pick<GatewayOptions, 'events' | 'scheduler'>;
  readonly #warned = new Set<string>();

  constructor(options: Pick<GatewayOptions, 'events' | 'scheduler'>) {
    this.#options = options;
  }

  /** Reports an event. Without an observer, the console has a warning of what is lost, once for each kind. */
  report(event: GatewayEventDetails): void {
    const { events, scheduler } = this.#options;
    if (events === undefined) {
      if (event.kind === 'refused' || event.kind === 'dropped' || event.kind === 'memory') {
        this.#warn(event.kind, 'Pass the option events of toGateway to be notified of each.');
      }
      return;
    }
    try {
      events.next?.({ at: scheduler.now(), ...event });
    } catch {
      this.#warn('error', 'The observer of the option events of toGateway threw an error, which was ignored.');
    }
  }

  #warn(kind: string, text: string): void {
    if (!this.#warned.has(kind)) {
      this.#warned.add(kind);
      console.warn(`rxjs-zerobus: ${kind}. ${text}`);
    }
  }
}
