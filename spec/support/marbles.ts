import { TestScheduler } from 'rxjs/testing';

/**
 * Creates a `TestScheduler` that compares with jasmine's `toEqual`, and compares errors strictly.
 *
 * By itself, jasmine considers two errors equal if their messages are, whatever their class and code. Here class, name,
 * message and every enumerable property (of a `ZerobusError`: `code`, `isRetryable`, `schemaCauses`, `offset`) must
 * agree, both for error notifications and for errors that are emitted as values. Properties that are not enumerable
 * (`cause`, `unacked`, `stack`) are not compared.
 *
 * @example
 * ```ts
 * marbles().run(({ cold, expectObservable }) => {
 *   const gone = new ZerobusError('UNAVAILABLE', 'gone');
 *   expectObservable(cold('-#', undefined, gone)).toBe('-#', undefined, new ZerobusError('UNAVAILABLE', 'gone'));
 * });
 * ```
 */
export function marbles(): TestScheduler {
  return new TestScheduler((actual, expected) => {
    expect(comparable(actual)).toEqual(comparable(expected));
  });
}

/** Opens up the errors in a log of messages, so that `toEqual` sees all of them. Returns any other log unchanged. */
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
