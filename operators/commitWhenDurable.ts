import {
  asyncScheduler,
  EMPTY,
  from,
  type MonoTypeOperatorFunction,
  Observable,
  type ObservableInput,
  type OperatorFunction,
  type SchedulerLike,
  Subject,
  takeUntil,
  tap,
} from 'rxjs';
import type { Commit, Position } from '../lib/commits/commit.ts';
import { Committer, type CommitterOptions } from '../lib/commits/committer.ts';
import { checkFunction } from '../lib/errors/checkFunction.ts';
import { checkNames, type NamesOf } from '../lib/errors/checkNames.ts';
import { atLeast, boundedDuration, integerAtLeast, timerDelay } from '../lib/errors/checkNumber.ts';
import { checkScheduler } from '../lib/errors/checkScheduler.ts';
import { readArguments } from '../lib/errors/readArguments.ts';
import { type RecordPayload, ZerobusError } from '../lib/errors/zerobusError.ts';
import type { PartitionKey } from '../lib/stream/partition.ts';
import type { Rejected } from '../lib/stream/rejected.ts';
import type { Rejection } from '../lib/stream/rejections.ts';

/** Options of {@link commitWhenDurable}. */
export interface CommitWhenDurableOptions<
  T,
  Key extends PartitionKey = PartitionKey,
  Place extends Position = Position,
> {
  /** Returns the partition of a message: a primitive, such as a text of topic and partition. */
  readonly key: (message: T) => Key;
  /**
   * Returns the position to commit when this message and all before it are durable. Kafka wants that of the *next*
   * message: `offset + 1`. Called once for each commit of a partition, with the last message. Numbers, bigints and
   * strings of digits are compared as numbers, so that no commit goes back.
   */
  readonly position: (message: T) => Place;
  /**
   * Commits positions at the broker, one for each partition that has moved. They are committed when what this returns
   * has completed, or at once if nothing is returned. It is called again only after that. If it errors, the stream
   * does: retry in here what may pass.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing is as good
  readonly commit: (commits: readonly Commit<T, Key, Place>[]) => ObservableInput<unknown> | void;
  /** When to commit. Defaults to every 1000 messages, and 1000 ms after the first that waits. */
  readonly every?: CommitInterval | undefined;
  /** The scheduler of the interval and of drains. Defaults to rxjs' `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
}

/** When {@link commitWhenDurable} commits: whatever comes first. */
export interface CommitInterval {
  /**
   * The number of messages, of all partitions together, at which they are committed, at least 1. Defaults to `1000`.
   */
  readonly count?: number | undefined;
  /** The longest time that a durable message waits to be committed, in milliseconds, above 0. Defaults to `1000`. */
  readonly ms?: number | undefined;
}

const optionNames: NamesOf<CommitWhenDurableOptions<unknown>> = {
  key: true,
  position: true,
  commit: true,
  every: true,
  scheduler: true,
};
const DEFAULT_COUNT = 1000;
const DEFAULT_MS = 1000;
const intervalNames: NamesOf<CommitInterval> = { count: true, ms: true };

/** The operator that {@link commitWhenDurable} creates, and what a consumer of a broker does with it. */
export interface CommitOperator<T, Key extends PartitionKey = PartitionKey, Place extends Position = Position>
  extends OperatorFunction<T, Commit<T, Key, Place>> {
  /**
   * An operator for the front of the same `pipe`. It registers each message on its way in, and passes it on unchanged.
   * Then messages may come through in any order, {@link forget} knows which ones are late, and {@link drain} waits for
   * those that are not durable yet. Each message must come through, or be settled.
   */
  readonly track: MonoTypeOperatorFunction<T>;
  /**
   * Counts a message as done that does not come through, such as one that was filtered out. Needs {@link track}. See
   * {@link settling} for what the option `rejected` takes in.
   *
   * @param message the same value that passed {@link track}
   * @throws {@link ZerobusError} `INVALID_STATE` if the message did not pass `track`, or is done already
   */
  settle(message: T): void;
  /**
   * Returns a function for the option `rejected` of `throughZerobus` that calls another one, and settles each value
   * that it has taken in: behind the dead letter, so that no commit covers a message that is nowhere yet. Not for
   * `emitRejected`, with which those values come through.
   *
   * @param rejected takes a rejected record in, such as what `deadLetters` returns
   * @throws {@link ZerobusError} `INVALID_OPTIONS` if `rejected` is not a function
   */
  settling<Payload = RecordPayload>(
    rejected: Rejected<T, Payload>,
  ): (rejection: Rejection<T, Payload>) => Observable<unknown>;
  /**
   * Forgets partitions that were revoked. Their messages that have passed {@link track} are not committed any more.
   * Those that pass it afterwards are, since the partition was assigned again. Needs `track`.
   *
   * @param keys what the option `key` returns for these partitions
   * @throws {@link ZerobusError} `INVALID_STATE` without `track`
   */
  forget(...keys: readonly Key[]): void;
  /**
   * Commits everything that is in flight, without waiting for `every`. For SIGTERM, and before partitions are given
   * away.
   *
   * @param deadlineMs the longest time to wait, in milliseconds, at least 0
   * @returns a promise of whether everything that had come in before the call is committed, or forgotten. It is `false`
   * at the deadline, or if the stream ends before. It does not reject
   * @throws {@link ZerobusError} `INVALID_OPTIONS` if `deadlineMs` is out of range
   */
  drain(deadlineMs: number): Promise<boolean>;
}

/**
 * Commits messages to a broker with partitions once they are durable, in batches. It goes behind `throughZerobus`.
 *
 * <span class="informal">The consumer's half of at-least-once: nothing is committed before its row is durable.</span>
 *
 * **Commits** for each partition the last message up to which everything has come through. One commit runs at a time,
 * and covers all partitions that have moved. No commit goes back.
 *
 * **Emits** each {@link Commit} when it has succeeded.
 *
 * **Completes** when the source has completed and everything that came through is committed.
 *
 * **Errors** with the error of the source, once everything that came through is committed. Errors with a
 * {@link ZerobusError} `COMMIT_FAILED` if a commit fails; its `cause` is the error of the broker.
 *
 * **Unsubscribing** cancels the commit that runs. Messages that are durable and not committed come again after a
 * restart: at most those in flight, those of one interval, and those that came through during one commit.
 *
 * @example
 * ```ts
 * import type { Observable } from 'rxjs';
 * import { commitWhenDurable, throughZerobus } from 'rxjs-zerobus';
 *
 * interface Message {
 *   readonly topic: string;
 *   readonly partition: number;
 *   readonly offset: string;
 *   readonly value: string;
 * }
 * declare const messages$: Observable<Message>;
 * declare const consumer: {
 *   commitOffsets(offsets: { topic: string; partition: number; offset: string }[]): Promise<void>;
 * };
 *
 * const commits = commitWhenDurable({
 *   key: ({ topic, partition }: Message) => `${topic}-${partition}`,
 *   position: ({ offset }) => BigInt(offset) + 1n,
 *   commit: (all) =>
 *     consumer.commitOffsets(
 *       all.map(({ message: { topic, partition }, position }) => ({ topic, partition, offset: `${position}` })),
 *     ),
 *   every: { count: 5000, ms: 1000 },
 * });
 * messages$
 *   .pipe(commits.track, throughZerobus('main.iot.readings', { row: ({ value }) => value }), commits)
 *   .subscribe(({ key, position, inflight }) => console.log(`${key}: committed ${position}, ${inflight} in flight`));
 *
 * process.once('SIGTERM', async () => process.exit((await commits.drain(10_000)) ? 0 : 1));
 * ```
 *
 * @param options see {@link CommitWhenDurableOptions}
 * @returns an operator from messages to commits, with methods for rebalances and the end of the process
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if an option is missing, unknown or out of range
 */
export function commitWhenDurable<T, Key extends PartitionKey = PartitionKey, Place extends Position = Position>(
  options: CommitWhenDurableOptions<T, Key, Place>,
): CommitOperator<T, Key, Place> {
  const resolved = readArguments('commitWhenDurable', () => resolve(options));
  /** Those that are subscribed to, the latest last. */
  const active = new Set<Committer<T, Key, Place>>();
  const tracking = (what: string): Committer<T, Key, Place>[] => {
    const all = [...active];
    if (all.some(({ partitions }) => !partitions.isTracking)) {
      throw new ZerobusError(
        'INVALID_STATE',
        `${what} needs to know what is in flight: put track in front of throughZerobus, in the same pipe.`,
      );
    }
    return all;
  };
  const operator = (source: Observable<T>): Observable<Commit<T, Key, Place>> =>
    new Observable((subscriber) => {
      const committer = new Committer<T, Key, Place>(resolved, subscriber);
      const stop$ = new Subject<void>();
      active.add(committer);
      subscriber.add(() => {
        stop$.next();
        active.delete(committer);
        committer.close();
      });
      source.pipe(takeUntil(stop$)).subscribe({
        next: (message) => {
          try {
            committer.settle(message);
          } catch (error) {
            committer.end({ failure: { error } });
            stop$.next();
          }
        },
        error: (error) => committer.end({ failure: { error } }),
        complete: () => committer.end({}),
      });
    });
  const track: MonoTypeOperatorFunction<T> = (source) =>
    new Observable((subscriber) => {
      const committer = [...active].at(-1);
      if (committer === undefined) {
        throw new ZerobusError(
          'INVALID_STATE',
          'track has no operator behind it: put the one that commitWhenDurable returned at the end of the same pipe.',
        );
      }
      committer.partitions.startTracking();
      return source.pipe(tap((message) => committer.partitions.track(message))).subscribe(subscriber);
    });
  const settle = (message: T): void => {
    const all = tracking('settle');
    const knowing = all.filter(({ partitions }) => partitions.has(message));
    // The last one throws if none knows the message. If none is subscribed to, nothing is committed any more.
    for (const committer of knowing.length > 0 ? knowing : all.slice(-1)) {
      committer.settle(message);
    }
  };
  return Object.assign(operator, {
    track,
    settle,
    settling: <Payload>(rejected: Rejected<T, Payload>) => {
      checkFunction('rejected', rejected, '(rejection) => …');
      return (rejection: Rejection<T, Payload>): Observable<unknown> =>
        from(rejected(rejection) ?? EMPTY).pipe(tap({ complete: () => settle(rejection.value) }));
    },
    forget: (...keys: readonly Key[]) => {
      for (const committer of tracking('forget')) {
        committer.forget(keys);
      }
    },
    drain: (deadlineMs: number) => {
      const waitMs = boundedDuration(atLeast(0, 'deadlineMs', deadlineMs));
      return Promise.all([...active].map((committer) => committer.drain(waitMs))).then((drained) =>
        drained.every((isDrained) => isDrained),
      );
    },
  });
}

function resolve<T, Key extends PartitionKey, Place extends Position>(
  options: CommitWhenDurableOptions<T, Key, Place>,
): CommitterOptions<T, Key, Place> {
  checkNames('commitWhenDurable', options, optionNames, { next: 'position' });
  const { key, position, commit, every = {}, scheduler = asyncScheduler } = options;
  checkFunction('key', key, '(message) => message.partition');
  checkFunction('position', position, '(message) => BigInt(message.offset) + 1n');
  checkFunction('commit', commit, '(commits) => …');
  checkNames('every', every, intervalNames);
  checkScheduler(scheduler);
  return {
    key,
    position,
    commit: (commits) => commit(commits) ?? undefined,
    everyCount: integerAtLeast(1, 'every.count', every.count ?? DEFAULT_COUNT),
    everyMs: timerDelay('every.ms', every.ms ?? DEFAULT_MS),
    scheduler,
  };
}
