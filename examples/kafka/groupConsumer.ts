import { Consumer, type ConsumerGroupJoinPayload, type Message } from '@platformatic/kafka';
import { from, type Observable, switchMap } from 'rxjs';
import { type Commit, pull } from 'rxjs-zerobus';

/** A group of consumers, and the topic whose partitions they share. */
export interface Group {
  readonly brokers: readonly string[];
  readonly groupId: string;
  readonly topic: string;
  /** The time after which a consumer that is not heard of has left the group, in milliseconds. */
  readonly sessionTimeout: number;
}

/** The most bytes of a fetch. What is fetched and not committed comes again if the partition moves. */
const MAX_FETCH_BYTES = 64 * 1024;
/** The most bytes of one partition in a fetch, so that others are not kept waiting. */
const MAX_PARTITION_BYTES = 16 * 1024;
/** The number of messages from which on no more are fetched, until some are read. */
const HIGH_WATER_MARK = 250;

/** The name of a message's partition. */
export function partitionOf({ topic, partition }: Pick<Message, 'topic' | 'partition'>): string {
  return `${topic}-${partition}`;
}

/** A consumer of a group. It commits nothing by itself. */
export class GroupConsumer {
  readonly #group: Group;
  readonly #consumer: Consumer;
  #owned: readonly string[] = [];

  /**
   * @param onAssigned called when partitions have been assigned again: with those that this consumer has now, and with
   * those that were revoked
   */
  constructor(group: Group, onAssigned: (owned: readonly string[], revoked: readonly string[]) => void) {
    this.#group = group;
    const { brokers, groupId, sessionTimeout } = group;
    this.#consumer = new Consumer({
      clientId: groupId,
      bootstrapBrokers: [...brokers],
      groupId,
      sessionTimeout,
      rebalanceTimeout: sessionTimeout,
      heartbeatInterval: sessionTimeout / 10,
      autocommit: false,
    });
    this.#consumer.on('consumer:group:join', ({ assignments = [] }: ConsumerGroupJoinPayload) => {
      const owned = assignments.flatMap(({ topic, partitions }) =>
        partitions.map((partition) => partitionOf({ topic, partition })),
      );
      const revoked = this.#owned.filter((each) => !owned.includes(each));
      this.#owned = owned;
      onAssigned(owned, revoked);
    });
  }

  /**
   * Joins the group, and emits the messages of its partitions from their committed offsets on.
   *
   * @param paused$ stops reading with `true`. Heartbeats go on, so that the partitions stay
   */
  messages(paused$: Observable<boolean>): Observable<Message> {
    const stream = this.#consumer.consume({
      topics: [this.#group.topic],
      mode: 'committed',
      fallbackMode: 'earliest',
      maxBytes: MAX_FETCH_BYTES,
      maxBytesPerPartition: MAX_PARTITION_BYTES,
      highWaterMark: HIGH_WATER_MARK,
    });
    return from(stream).pipe(switchMap((messages) => pull(messages, paused$)));
  }

  /** Commits the offsets of the messages to read next. */
  commit(commits: readonly Commit<Message, string, bigint>[]): Promise<void> {
    const offsets = commits.map(({ message: { topic, partition }, position }) => ({
      topic,
      partition,
      offset: position,
      leaderEpoch: -1,
    }));
    return this.#consumer.commit({ offsets });
  }

  /** Leaves the group, so that others get the partitions at once. */
  close(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#consumer.close(true, (error) => (error === null ? resolve() : reject(error)));
    });
  }
}
