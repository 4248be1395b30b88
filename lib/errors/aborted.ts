import { NEVER, Observable } from 'rxjs';
import { ZerobusError } from './zerobusError.ts';

/**
 * Returns an Observable that errors with the reason of a signal when it aborts, at once if it already has. It emits
 * nothing. The signal has a listener only while the Observable is subscribed to. Without a signal, nothing happens.
 */
export function aborted(signal: AbortSignal | undefined): Observable<never> {
  if (signal === undefined) {
    return NEVER;
  }
  return new Observable((subscriber) => {
    const onAbort = (): void => subscriber.error(signal.reason);
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort);
    return () => signal.removeEventListener('abort', onAbort);
  });
}

/**
 * Checks the option `signal`. A signal of another realm is one, too.
 *
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if it is not a signal
 */
export function checkSignal(signal: AbortSignal | undefined): void {
  if (
    signal !== undefined &&
    (typeof signal?.addEventListener !== 'function' || typeof Reflect.get(signal, 'aborted') !== 'boolean')
  ) {
    throw new ZerobusError('INVALID_OPTIONS', 'signal must be an AbortSignal: pass the signal of an AbortController.');
  }
}

/** Whether an error is the reason with which a signal has aborted. */
export function isAbortOf(signal: AbortSignal | undefined, error: unknown): boolean {
  return signal?.aborted === true && error === signal.reason;
}
