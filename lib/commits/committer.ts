import { from, type ObservableInput, type SchedulerLike, type Subscriber, Subscription } from 'rxjs';
import { endSentence } from '../errors/endSentence.ts';
import { reasonOf } from '../errors/reasonOf.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import type { PartitionKey } from '../stream/partition.ts';
import { scheduleDeadline } from '../time/scheduleDeadline.ts';
import type { Commit, Position } from './commit.ts';
import { type DrainTarget, Partitions, type TakenCommits } from './partitions.ts';

/** Options of {@link Committer}. */
export interface CommitterOptions<T, Key, Place> {
  readonly key: (message: T) => Key;
  readonly position: (message: T) => Place;
  readonly commit: (commits: readonly Commit<T, Key, Place>[]) => ObservableInput<unknown> | undefined;
  /** The number of messages at which they are committed. */
  readonly everyCount: number;
  /** The longest time that a message waits for it, in milliseconds. */
  readonly everyMs: number;
  readonly scheduler: SchedulerLike;
}

/** The reason that no more messages come. */
interface Ending {
  /** The error of the source, if it has not completed. */
  readonly failure?: { readonly error: unknown };
}

/** A drain that is not over. */
interface Drain<T, Key, Place> {
  readonly target: DrainTarget<T, Key, Place>;
  readonly resolve: (isDrained: boolean) => void;
}

/** Commits what came through, one commit at a time, for one subscription. */
export class Committer<T, Key extends PartitionKey, Place extends Position> {
  readonly partitions: Partitions<T, Key, Place>;
  readonly #options: CommitterOptions<T, Key, Place>;
  readonly #subscriber: Subscriber<Commit<T, Key, Place>>;
  readonly #drains = new Set<Drain<T, Key, Place>>();
  #timer: Subscription | undefined;
  #running: Subscription | undefined;
  /** Whether the oldest message has waited for the interval. */
  #isDue = false;
  #ending: Ending | undefined;

  constructor(options: CommitterOptions<T, Key, Place>, subscriber: Subscriber<Commit<T, Key, Place>>) {
    this.#options = options;
    this.#subscriber = subscriber;
    this.partitions = new Partitions(options.key, options.position);
  }

  /** A message is done. */
  settle(message: T): void {
    this.partitions.settle(message);
    this.#check();
  }

  /** Forgets partitions. */
  forget(keys: readonly Key[]): void {
    for (const key of keys) {
      this.partitions.forget(key);
    }
    this.#endDrains();
    this.#check();
  }

  /** No more messages come. What is done is committed, then the subscriber is notified. */
  end(ending: Ending): void {
    this.#ending ??= ending;
    this.#check();
  }

  /** Resolves with `true` when everything so far is committed, and with `false` at the deadline or the end. */
  drain(deadlineMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const deadline = scheduleDeadline(this.#options.scheduler, deadlineMs, () => {
        this.#drains.delete(drain);
        resolve(false);
      });
      const drain: Drain<T, Key, Place> = {
        target: this.partitions.drainTarget(),
        resolve: (isDrained) => {
          deadline.unsubscribe();
          resolve(isDrained);
        },
      };
      this.#drains.add(drain);
      this.#endDrains();
      this.#check();
    });
  }

  /** Cancels a commit and the timer. Drains that are not over have failed. */
  close(): void {
    this.#timer?.unsubscribe();
    this.#running?.unsubscribe();
    this.#endDrains();
    for (const { resolve } of this.#drains) {
      resolve(false);
    }
    this.#drains.clear();
  }

  /** Commits if it is time to, and ends behind the last commit. */
  #check(): void {
    const { everyCount, everyMs, scheduler } = this.#options;
    const { readyCount } = this.partitions;
    if (this.#running !== undefined || this.#subscriber.closed) {
      return;
    }
    if (readyCount === 0) {
      this.#stopTimer();
      if (this.#ending !== undefined) {
        this.#finish(this.#ending);
      }
    } else if (readyCount >= everyCount || this.#isDue || this.#ending !== undefined || this.#drains.size > 0) {
      this.#start();
    } else {
      this.#timer ??= scheduler.schedule(() => {
        this.#isDue = true;
        this.#check();
      }, everyMs);
    }
  }

  #start(): void {
    this.#stopTimer();
    const running = new Subscription();
    this.#running = running;
    let taken: TakenCommits<T, Key, Place>;
    try {
      taken = this.partitions.take();
    } catch (error) {
      this.#subscriber.error(error);
      return;
    }
    if (taken.commits.length === 0) {
      this.#onCommitted(taken);
      return;
    }
    try {
      const result = this.#options.commit(taken.commits) ?? undefined;
      if (result === undefined) {
        this.#onCommitted(taken);
        return;
      }
      running.add(
        from(result).subscribe({
          error: (cause) => this.#onFailure(taken, cause),
          complete: () => this.#onCommitted(taken),
        }),
      );
    } catch (cause) {
      this.#onFailure(taken, cause);
    }
  }

  #onCommitted(taken: TakenCommits<T, Key, Place>): void {
    for (const commit of this.partitions.onCommitted(taken)) {
      this.#subscriber.next(commit);
    }
    this.#goOn();
  }

  #onFailure({ commits, partitions }: TakenCommits<T, Key, Place>, cause: unknown): void {
    if (partitions.every(({ isForgotten }) => isForgotten)) {
      // The partitions belong to another consumer now, which reads the messages again.
      this.#goOn();
      return;
    }
    const { failure } = this.#ending ?? {};
    this.#subscriber.error(
      new ZerobusError(
        'COMMIT_FAILED',
        `${commits.length === 1 ? 'A partition' : `${commits.length} partitions`} could not be committed: ${endSentence(reasonOf(cause))} The messages are durable, and come again after a restart. Let the option commit retry what may pass.`,
        { cause, ...(failure === undefined ? {} : { sourceError: failure.error }) },
      ),
    );
  }

  #goOn(): void {
    this.#running = undefined;
    this.#endDrains();
    this.#check();
  }

  #endDrains(): void {
    for (const drain of this.#drains) {
      if (this.partitions.isDrained(drain.target)) {
        this.#drains.delete(drain);
        drain.resolve(true);
      }
    }
  }

  #finish({ failure }: Ending): void {
    if (failure === undefined) {
      this.#subscriber.complete();
    } else {
      this.#subscriber.error(failure.error);
    }
  }

  #stopTimer(): void {
    this.#timer?.unsubscribe();
    this.#timer = undefined;
    this.#isDue = false;
  }
}
