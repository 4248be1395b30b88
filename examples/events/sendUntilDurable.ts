import { setTimeout as delay } from 'node:timers/promises';

/** A client's view of a service, which may be at another address each time. */
export interface Client {
  /** Returns the address of the service, as it is now. */
  readonly url: () => string;
  /** Called with the status of each answer, or 0 if there was none. */
  readonly answered?: ((status: number) => void) | undefined;
}

/** The wait after an attempt without an answer, in milliseconds. */
const NO_ANSWER_WAIT_MS = 200;

/** Posts events to a service once. Returns `undefined` if there is no answer. */
export async function post(url: string, body: unknown): Promise<Response | undefined> {
  try {
    return await fetch(`${url}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  } catch {
    return undefined;
  }
}

/**
 * Sends events to a service until it answers 200: they are durable. Each attempt may leave them in the table, so they
 * have ids.
 *
 * @returns the number of attempts
 * @throws Error if the service says that the events are bad
 */
export async function sendUntilDurable({ url, answered }: Client, events: readonly object[]): Promise<number> {
  for (let attempts = 1; ; attempts++) {
    const answer = await post(url(), events);
    answered?.(answer?.status ?? 0);
    const body = await answer?.text().catch(() => undefined);
    if (answer?.status === 200) {
      return attempts;
    }
    if (answer?.status === 400) {
      throw new Error(`The service refuses the events: ${body}.`);
    }
    const retryAfter = Number(answer?.headers.get('retry-after') ?? 0);
    // With jitter, so that the clients that were refused together do not come back together.
    await delay(retryAfter > 0 ? retryAfter * 1000 * Math.random() : NO_ANSWER_WAIT_MS);
  }
}
