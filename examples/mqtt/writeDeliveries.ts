import { BehaviorSubject, type Observable, tap } from 'rxjs';
import { deadLetters, throughZerobus } from 'rxjs-zerobus';
import { AIR_QUALITY_TABLE, type Workspace } from '../support/withZerobus.ts';
import { type Delivery, deliveries, type Subscription } from './deliveries.ts';

/** The device is the last level of the topic, and the payload has the other columns. */
function toRow({ topic, payload }: Delivery): object {
  return { ...JSON.parse(payload.toString()), device_name: topic.split('/').at(-1) };
}

/**
 * Writes the messages of a broker into the table, and acknowledges each when its row or its letter is durable. Emits
 * them then.
 *
 * @param letters the file for messages that are no rows
 * @param stop$ ends reading: completes once what has been read is durable and acknowledged
 */
export function writeDeliveries(
  subscription: Subscription,
  workspace: Workspace,
  letters: string,
  stop$: Observable<unknown>,
): Observable<Delivery> {
  const paused$ = new BehaviorSubject(false);
  return deliveries(subscription, paused$, stop$).pipe(
    throughZerobus<Delivery>(AIR_QUALITY_TABLE, {
      ...workspace,
      row: toRow,
      // Is durable before the broker forgets the message.
      rejected: deadLetters<Delivery>(letters, {
        value: ({ topic, payload }) => ({ topic, payload: payload.toString() }),
      }),
      emitRejected: true,
      backpressure: paused$,
      // Waits for a service that is away. The broker keeps the messages.
      recoveryRetries: 100_000,
      recoveryBackoffMs: 200,
      recoveryBackoffMaxMs: 5000,
    }),
    tap((delivery) => delivery.acknowledge()),
  );
}
