import { isZerobusError, type ZerobusError } from '../../lib/errors/zerobusError.ts';

/** Returns the `ZerobusError` that a promise rejects with. The spec fails if it does not. */
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
      ? 'Expected a rejection, but the promise was resolved.'
      : `Expected a ZerobusError, got ${error}.`,
  );
}

/** Returns whether a promise is settled after everything that is ready to run has run. */
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
