import { TestScheduler } from 'rxjs/testing';

/**
 * A `TestScheduler` that compares with jasmine's `toEqual`, and errors for real: jasmine by itself takes two errors for
 * equal where their messages are, whatever their class and code. Here class, name, message and every enumerable
 * property (of a `ZerobusError`: `code`, `isRetryable`, `schemaCauses`, `offset`) must agree, both for error
 * notifications and for errors that are emitted as values. What is not enumerable (`cause`, `unacked`, `stack`) is not
 * compared.
 *
 * @example
 * ```ts
 * marbles().run(({ cold, expectObservable }) => {
 *   expectObservable(cold('-#', undefined, new ZerobusError('UNAVAILABLE', 'gone'))).toBe('-#', undefined, new
 *   ZerobusError('UNAVAILABLE', 'gone')); });
 * ```
 */
export function marbles(): TestScheduler {
  return new TestScheduler((actual, expected) => {
    expect(comparable(actual)).toEqual(comparable(expected));
  });
}

/** A log of messages with the errors in them opened up, so that `toEqual` sees all of them; any other log as it is. */
export function comparable(log: unknown): unknown {
  return Array.isArray(log) ? log.map((message) => (isMessage(message) ? openMessage(message) : message)) : log;
}

interface Message {
  readonly frame: number;
  readonly notification: { readonly kind: string; readonly value?: unknown; readonly error?: unknown };
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && 'notification' in value;
}

function openMessage({ frame, notification }: Message): Message {
  const { kind, value, error } = notification;
  return { frame, notification: { kind, value: openError(value), error: openError(error) } };
}

function openError(value: unknown): unknown {
  if (!(value instanceof Error)) {
    return value;
  }
  return { ...value, name: value.name, message: value.message, type: value.constructor.name };
}
