import { isZerobusError, type ZerobusError } from '../../lib/errors/zerobusError.ts';

/** The `ZerobusError` that a promise is rejected with; where it is not, the spec fails. */
export async function rejectionOf(promise: Promise<unknown>): Promise<ZerobusError> {
  let error: unknown;
  try {
    await promise;
  } catch (reason) {
    error = reason;
  }
  if (isZerobusError(error)) {
    return error;
  }
  throw new Error(
    error === undefined
      ? 'Expected a rejection, but the promise was resolved'
      : `Expected a ZerobusError, got ${error}`,
  );
}

/** Whether a promise is settled once everything that is ready to run has run. */
export async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const settle = (): void => {
    settled = true;
  };
  promise.then(settle, settle);
  await nextTurn();
  return settled;
}

/** Resolves in the next turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
