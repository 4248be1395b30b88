import { Observable, type OperatorFunction } from 'rxjs';
import { readArguments } from '../errors/readArguments.ts';
import { resolveGatewayOptions, type ToGatewayOptions } from './gatewayOptions.ts';
import { GatewaySession } from './gatewaySession.ts';

/**
 * Sends the values of the source from a web page to a gateway, which writes them into a table, and emits the durable
 * watermark.
 *
 * <span class="informal">Pipe events in, get back the number of the last one that is safe.</span>
 *
 * Events are in IndexedDB before they are sent, and are removed when the gateway has said that they are durable. So
 * they survive a reload, a crash and a day offline: what a page leaves behind is sent by the next page of the site that
 * subscribes. All tabs of a site share the events, and one of them sends at a time.
 *
 * **Emits** the durable watermark: offset `n` means that the values 0…n of this subscription are settled. They are
 * durable, or `events` has reported that they were refused or dropped.
 *
 * **Completes** when the source has completed and all of its values are settled.
 *
 * **Errors** with a {@link ZerobusError} if events cannot be kept (`STORAGE_FAILED`, `STORAGE_FULL`,
 * `BUFFER_OVERFLOW`) or the gateway does not understand a request (`INVALID_ARGUMENT`). Its `unacked` holds the JSON
 * texts of the values that are not in IndexedDB. The others are sent later. If the *source* errors, its values are
 * settled first, then the error is forwarded. A gateway that cannot be reached is no error: it is tried again.
 *
 * **Unsubscribing** cancels the request and every timer at once. What has arrived is still kept.
 *
 * @example
 * ```ts
 * import { Subject } from 'rxjs';
 * import { toGateway } from 'rxjs-zerobus/browser';
 *
 * const events$ = new Subject<{ readonly kind: string; readonly page: string }>();
 * events$.pipe(toGateway('/events')).subscribe({ error: (error) => console.error(error) });
 * events$.next({ kind: 'view', page: '/' });
 * ```
 *
 * @param url the URL of the gateway, relative to the page or absolute
 * @param options see {@link ToGatewayOptions}; every option has a default
 * @returns an operator from values with a JSON form to the durable watermark
 * @throws {@link ZerobusError} `INVALID_ENDPOINT` or `INVALID_OPTIONS` if an argument is malformed or an option is
 * unknown
 */
export function toGateway<T>(url: string | URL, options: ToGatewayOptions = {}): OperatorFunction<T, number> {
  const resolved = readArguments('toGateway', () => resolveGatewayOptions(url, options));
  return (source) =>
    new Observable((subscriber) => {
      const session = new GatewaySession(resolved, subscriber);
      subscriber.add(() => session.stop());
      session.start();
      subscriber.add(
        source.subscribe({
          next: (value) => session.next(value),
          error: (error: unknown) => session.end({ error }),
          complete: () => session.end({}),
        }),
      );
    });
}
