import { VirtualTimeScheduler } from 'rxjs';
import type { VirtualServiceObserver } from '../../lib/testing/virtualConnection.ts';
import { VirtualService } from '../../lib/testing/virtualService.ts';
import type { ToZerobusOptions } from '../../operators/toZerobus.ts';

/** A service in virtual time that creates each stream after 1 ms, and the options to reach it. */
export interface VirtualWorld {
  readonly scheduler: VirtualTimeScheduler;
  readonly service: VirtualService;
  readonly options: ToZerobusOptions<object>;
}

/** Creates such a service. The observer plays the rest. */
export function virtualWorld(observer: VirtualServiceObserver = {}): VirtualWorld {
  const scheduler = new VirtualTimeScheduler();
  const service = new VirtualService({
    onCreate: (connection) => void scheduler.schedule(() => connection.create(), 1),
    onHalfClose: (connection) => connection.end(),
    ...observer,
  });
  return { scheduler, service, options: { transport: service, scheduler, random: () => 0 } };
}
