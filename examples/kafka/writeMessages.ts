import type { Message } from '@platformatic/kafka';
import { BehaviorSubject, defer, finalize, from, type Observable, takeUntil } from 'rxjs';
import { type Commit, commitWhenDurable, deadLetters, throughZerobus } from 'rxjs-zerobus';
import { AIR_QUALITY_TABLE, type Workspace } from '../support/withZerobus.ts';
import { type Group, GroupConsumer, partitionOf } from './groupConsumer.ts';

/** The most messages that are not durable yet. Reading pauses at half of them. */
const MAX_INFLIGHT = 1000;
/** How many messages may be durable and not committed, and for how long. */
const every = { count: 500, ms: 200 };

/**
 * Writes the messages of a topic into the table, as one consumer of a group, and commits them when their rows are
 * durable. Emits the commits.
 *
 * @param letters the file for messages that are no rows
 * @param stop$ ends reading: completes once what has been read is durable and committed
 */
export function writeMessages(
  group: Group,
  workspace: Workspace,
  letters: string,
  stop$: Observable<unknown>,
): Observable<Commit<Message, string, bigint>> {
  return defer(() => {
    const paused$ = new BehaviorSubject(false);
    const commits = commitWhenDurable<Message, string, bigint>({
      key: partitionOf,
      position: ({ offset }) => offset + 1n,
      commit: (all) => consumer.commit(all),
      every,
    });
    const consumer = new GroupConsumer(group, (owned, revoked) => {
      commits.forget(...revoked);
      console.log(`partitions: ${owned.join(' ')}`);
    });
    return consumer.messages(paused$).pipe(
      takeUntil(stop$),
      commits.track,
      throughZerobus<Message>(AIR_QUALITY_TABLE, {
        ...workspace,
        row: ({ value }) => JSON.parse(value.toString()),
        // Is durable before its offset is committed.
        rejected: deadLetters<Message>(letters, {
          value: ({ topic, partition, offset, value }) => ({
            topic,
            partition,
            offset: `${offset}`,
            text: value.toString(),
          }),
        }),
        emitRejected: true,
        backpressure: paused$,
        maxInflightRecords: MAX_INFLIGHT,
        // Waits for a service that is away. The broker keeps the messages.
        recoveryRetries: 100_000,
        recoveryBackoffMs: 200,
        recoveryBackoffMaxMs: 5000,
      }),
      commits,
      finalize(() => from(consumer.close()).subscribe()),
    );
  });
}
