import { kindOf } from '../errors/kindOf.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import type { PartitionKey } from '../stream/partition.ts';
import { Queue } from '../stream/queue.ts';
import type { Commit, Position } from './commit.ts';
import { isAhead } from './isAhead.ts';

/** What is known of one partition. Its messages are counted from the first. */
interface Partition<T, Key, Place> {
  readonly key: Key;
  /** The messages that passed `track`, from the oldest that is not done. */
  readonly tracked: Queue<Tracked<T, Key, Place>>;
  /** The number of messages. */
  count: number;
  /** The number of messages up to which all are done. */
  done: number;
  /** The message at `done`. */
  last: T | undefined;
  /** The number of messages up to which a commit has been taken. */
  taken: number;
  /** The number of messages up to which they are committed, and the position there. */
  committed: number;
  position: Place | undefined;
  isForgotten: boolean;
}

/** A message that passed `track`. */
interface Tracked<T, Key, Place> {
  readonly message: T;
  readonly partition: Partition<T, Key, Place>;
  /** The same value, if it has passed `track` before and has not come through. */
  readonly same: Tracked<T, Key, Place> | undefined;
  isDone: boolean;
}

/** The commits that were taken together. */
export interface TakenCommits<T, Key, Place> {
  readonly commits: readonly Commit<T, Key, Place>[];
  /** The partitions of the commits, in the same order. */
  readonly partitions: readonly Partition<T, Key, Place>[];
}

/** What a drain waits for: the number of messages of each partition. */
export type DrainTarget<T, Key, Place> = ReadonlyMap<Partition<T, Key, Place>, number>;

/** Knows of each partition up to which message everything is done, and up to which it is committed. */
export class Partitions<T, Key extends PartitionKey, Place extends Position> {
  readonly #keyOf: (message: T) => Key;
  readonly #positionOf: (message: T) => Place;
  readonly #partitions = new Map<Key, Partition<T, Key, Place>>();
  readonly #tracked = new Map<T, Tracked<T, Key, Place>>();
  /** Those with something to commit, so that a commit does not look at all of them. */
  readonly #moved = new Set<Partition<T, Key, Place>>();
  #isTracking = false;
  #readyCount = 0;

  constructor(keyOf: (message: T) => Key, positionOf: (message: T) => Place) {
    this.#keyOf = keyOf;
    this.#positionOf = positionOf;
  }

  /** The number of messages that can be committed and have not been taken. */
  get readyCount(): number {
    return this.#readyCount;
  }

  /** Whether messages are registered before they come through. */
  get isTracking(): boolean {
    return this.#isTracking;
  }

  /** Whether a message is registered, and has not come through. */
  has(message: T): boolean {
    return this.#tracked.has(message);
  }

  /** From now on, only messages that were registered may come through. */
  startTracking(): void {
    this.#isTracking = true;
  }

  /** Registers a message that will come through, or be settled. */
  track(message: T): void {
    const partition = this.#partitionOf(message);
    const tracked = { message, partition, same: this.#tracked.get(message), isDone: false };
    partition.count++;
    partition.tracked.push(tracked);
    this.#tracked.set(message, tracked);
  }

  /**
   * A message has come through. If messages are registered, only those up to the first that is not done are ready.
   *
   * @throws {@link ZerobusError} `INVALID_STATE` if messages are registered, but not this one
   */
  settle(message: T): void {
    if (!this.#isTracking) {
      const partition = this.#partitionOf(message);
      partition.count++;
      this.#ready(partition, message);
      return;
    }
    const tracked = this.#untrack(message);
    const { partition } = tracked;
    tracked.isDone = true;
    while (!partition.isForgotten && partition.tracked.at(0)?.isDone === true) {
      this.#ready(partition, (partition.tracked.shift() as Tracked<T, Key, Place>).message);
    }
  }

  /** Forgets a partition: nothing of it that was registered is committed any more. */
  forget(key: Key): void {
    const partition = this.#partitions.get(key);
    if (partition !== undefined) {
      this.#partitions.delete(key);
      this.#moved.delete(partition);
      partition.isForgotten = true;
      partition.tracked.clear();
      this.#readyCount -= partition.done - partition.taken;
    }
  }

  /**
   * Takes all that can be committed. A position that is not ahead of the committed one is left out.
   *
   * @throws {@link ZerobusError} `INVALID_OPTIONS` if the option `position` returns something else than a position
   */
  take(): TakenCommits<T, Key, Place> {
    const commits: Commit<T, Key, Place>[] = [];
    const partitions: Partition<T, Key, Place>[] = [];
    for (const partition of this.#moved) {
      const { key, done, committed } = partition;
      const message = partition.last as T;
      const position = checkPosition(this.#positionOf(message));
      partition.taken = done;
      if (partition.position !== undefined && !isAhead(position, partition.position)) {
        partition.committed = done;
        continue;
      }
      commits.push({ key, position, message, count: done - committed, inflight: partition.count - done });
      partitions.push(partition);
    }
    this.#moved.clear();
    this.#readyCount = 0;
    return { commits, partitions };
  }

  /** Notes what is committed, and returns it without the partitions that were forgotten meanwhile. */
  onCommitted({ commits, partitions }: TakenCommits<T, Key, Place>): Commit<T, Key, Place>[] {
    for (const [index, partition] of partitions.entries()) {
      partition.committed = partition.taken;
      partition.position = commits[index]?.position;
    }
    return commits.filter((_, index) => partitions[index]?.isForgotten === false);
  }

  /** Returns what a drain that starts now waits for. */
  drainTarget(): DrainTarget<T, Key, Place> {
    return new Map([...this.#partitions.values()].map((partition) => [partition, partition.count]));
  }

  /** Whether everything that a drain waits for is committed or forgotten. */
  isDrained(target: DrainTarget<T, Key, Place>): boolean {
    return [...target].every(([{ isForgotten, committed }, count]) => isForgotten || committed >= count);
  }

  #partitionOf(message: T): Partition<T, Key, Place> {
    const key = this.#keyOf(message);
    const known = this.#partitions.get(key);
    if (known !== undefined) {
      return known;
    }
    if ((typeof key === 'object' && key !== null) || typeof key === 'function') {
      throw new ZerobusError(
        'INVALID_OPTIONS',
        'key must return a primitive, since objects are never equal: return a text of topic and partition.',
      );
    }
    const partition: Partition<T, Key, Place> = {
      key,
      tracked: new Queue(),
      count: 0,
      done: 0,
      last: undefined,
      taken: 0,
      committed: 0,
      position: undefined,
      isForgotten: false,
    };
    this.#partitions.set(key, partition);
    return partition;
  }

  #ready(partition: Partition<T, Key, Place>, message: T): void {
    if (partition.done === partition.taken) {
      this.#moved.add(partition);
    }
    partition.done++;
    partition.last = message;
    this.#readyCount++;
  }

  #untrack(message: T): Tracked<T, Key, Place> {
    const tracked = this.#tracked.get(message);
    if (tracked === undefined) {
      throw new ZerobusError(
        'INVALID_STATE',
        'A message came through that has not passed track, or came through twice: let the same messages pass that were tracked.',
      );
    }
    if (tracked.same === undefined) {
      this.#tracked.delete(message);
    } else {
      this.#tracked.set(message, tracked.same);
    }
    return tracked;
  }
}

function checkPosition<Place extends Position>(position: Place): Place {
  if (
    typeof position === 'string' ||
    typeof position === 'bigint' ||
    (typeof position === 'number' && !Number.isNaN(position))
  ) {
    return position;
  }
  throw new ZerobusError(
    'INVALID_OPTIONS',
    `position must return a number, a bigint or a string, got ${typeof position === 'number' ? 'NaN' : kindOf(position)}.`,
  );
}
