import fc from 'fast-check';
import { EMPTY, map, mergeMap, Observable, of, type Subscription, timer, VirtualTimeScheduler } from 'rxjs';
import type { Commit } from '../../../lib/commits/commit.ts';
import { isZerobusError } from '../../../lib/errors/zerobusError.ts';
import { commitWhenDurable } from '../../../operators/commitWhenDurable.ts';

/** A message of the log. The epoch counts how often its partition was assigned. */
interface Message {
  readonly partition: number;
  readonly offset: number;
  readonly epoch: number;
}

/** What happens at a time: a partition is revoked, and assigned again later, or the process is killed. */
interface Upset {
  readonly atMs: number;
  readonly partition: number;
  readonly forMs: number;
  readonly isKill: boolean;
}

interface Run {
  /** The number of messages of each partition. */
  readonly lengths: readonly number[];
  /** The number of messages that the consumer reads each millisecond. */
  readonly rate: number;
  /** How long messages take to be durable, in turn. */
  readonly durableMs: readonly number[];
  /** How long commits take, in turn. */
  readonly commitMs: readonly number[];
  /** Whether the broker refuses a commit, in turn. */
  readonly refusals: readonly boolean[];
  readonly count: number;
  readonly everyMs: number;
  readonly upsets: readonly Upset[];
}

const MOST_DURABLE_MS = 12;
const MOST_COMMIT_MS = 6;
/** Each of these messages does not come through: the option `rejected` takes it in. */
const isRejected = ({ offset }: Message): boolean => offset % 5 === 4;

const runs: fc.Arbitrary<Run> = fc.record({
  lengths: fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 4 }),
  rate: fc.integer({ min: 1, max: 6 }),
  durableMs: fc.array(fc.integer({ min: 0, max: MOST_DURABLE_MS }), { minLength: 1, maxLength: 20 }),
  commitMs: fc.array(fc.integer({ min: 0, max: MOST_COMMIT_MS }), { minLength: 1, maxLength: 8 }),
  refusals: fc.array(fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)), { maxLength: 20 }),
  count: fc.integer({ min: 1, max: 30 }),
  everyMs: fc.integer({ min: 1, max: 20 }),
  upsets: fc.array(
    fc.record({
      atMs: fc.integer({ min: 0, max: 120 }),
      partition: fc.nat(3),
      forMs: fc.integer({ min: 0, max: 15 }),
      isKill: fc.boolean(),
    }),
    { maxLength: 6 },
  ),
});

/** A log with partitions, its broker, and a consumer that is restarted until everything is committed. */
class ScriptedLog {
  readonly committed: number[];
  readonly durable = new Set<string>();
  /** How many messages were read again, each time that a partition was read from its committed position. */
  readonly repeated: number[] = [];
  readonly errors: string[] = [];
  commitsAtOnce = 0;
  mostCommitsAtOnce = 0;
  readonly #run: Run;
  readonly #scheduler = new VirtualTimeScheduler(undefined, Number.POSITIVE_INFINITY);
  readonly #isAssigned: boolean[];
  readonly #epochs: number[];
  readonly #read: number[];
  #messageCount = 0;
  #commitCount = 0;
  #consumer: Subscription | undefined;
  #restart: Subscription | undefined;
  #forget: (partition: number) => void = () => {};

  constructor(run: Run) {
    this.#run = run;
    const zeros = (): number[] => run.lengths.map(() => 0);
    [this.committed, this.#epochs, this.#read] = [zeros(), zeros(), zeros()];
    this.#isAssigned = run.lengths.map(() => true);
  }

  run(): void {
    for (const { atMs, partition, forMs, isKill } of this.#run.upsets) {
      this.#scheduler.schedule(() => {
        if (isKill) {
          this.#start();
        } else if (this.#isAssigned[partition] === true) {
          this.#isAssigned[partition] = false;
          this.#epochs[partition] = (this.#epochs[partition] as number) + 1;
          this.#forget(partition);
          this.#scheduler.schedule(() => this.#assign(partition), forMs);
        }
      }, atMs);
    }
    this.#start();
    this.#scheduler.flush();
  }

  get isCommitted(): boolean {
    return this.#run.lengths.every((length, partition) => this.committed[partition] === length);
  }

  #assign(partition: number): void {
    this.#isAssigned[partition] = true;
    this.repeated.push((this.#read[partition] as number) - (this.committed[partition] as number));
    this.#read[partition] = this.committed[partition] as number;
  }

  #start(): void {
    const scheduler = this.#scheduler;
    this.#consumer?.unsubscribe();
    this.#restart?.unsubscribe();
    this.commitsAtOnce = 0;
    for (const [partition, isAssigned] of this.#isAssigned.entries()) {
      if (isAssigned) {
        this.#assign(partition);
      }
    }
    const commits = commitWhenDurable<Message, number>({
      key: ({ partition }) => partition,
      position: ({ offset }) => offset + 1,
      commit: (all) => this.#commit(all),
      every: { count: this.#run.count, ms: this.#run.everyMs },
      scheduler,
    });
    this.#forget = (partition) => commits.forget(partition);
    const restart = (): void => {
      this.#restart = scheduler.schedule(() => this.#start(), 1);
    };
    this.#consumer = this.#messages()
      .pipe(
        commits.track,
        mergeMap((message) =>
          timer(this.#run.durableMs[this.#messageCount++ % this.#run.durableMs.length] as number, scheduler).pipe(
            mergeMap(() => {
              this.durable.add(`${message.partition}:${message.offset}`);
              if (isRejected(message)) {
                commits.settle(message);
                return EMPTY;
              }
              return of(message);
            }),
          ),
        ),
        commits,
      )
      .subscribe({
        error: (error) => {
          this.errors.push(isZerobusError(error) ? error.code : `${error}`);
          restart();
        },
        complete: () => {
          if (!this.isCommitted) {
            restart();
          }
        },
      });
  }

  #messages(): Observable<Message> {
    return new Observable((subscriber) => {
      const { lengths, rate } = this.#run;
      const poll = (): void => {
        for (let n = 0; n < rate; n++) {
          const partition = lengths.findIndex(
            (length, each) => this.#isAssigned[each] && (this.#read[each] as number) < length,
          );
          if (partition >= 0) {
            const offset = this.#read[partition] as number;
            this.#read[partition] = offset + 1;
            subscriber.next({ partition, offset, epoch: this.#epochs[partition] as number });
          }
        }
        if (lengths.every((length, each) => this.#isAssigned[each] && this.#read[each] === length)) {
          subscriber.complete();
        } else {
          subscriber.add(this.#scheduler.schedule(poll, 1));
        }
      };
      subscriber.add(this.#scheduler.schedule(poll, 1));
    });
  }

  #commit(commits: readonly Commit<Message, number>[]): Observable<unknown> {
    const { commitMs, refusals } = this.#run;
    const isRefused = refusals[this.#commitCount] === true;
    const tookMs = commitMs[this.#commitCount++ % commitMs.length] as number;
    this.commitsAtOnce++;
    this.mostCommitsAtOnce = Math.max(this.mostCommitsAtOnce, this.commitsAtOnce);
    // Nothing of a partition that was revoked is even asked for.
    expect(commits.filter(({ key, message }) => message.epoch !== this.#epochs[key])).toEqual([]);
    return timer(Math.floor(tookMs / 2), this.#scheduler).pipe(
      map(() => {
        if (isRefused || commits.some(({ key, message }) => message.epoch !== this.#epochs[key])) {
          this.commitsAtOnce--;
          throw new Error(isRefused ? 'refused' : 'fenced');
        }
        for (const { key, position } of commits) {
          expect(position).toBeGreaterThan(this.committed[key] as number);
          for (let offset = this.committed[key] as number; offset < Number(position); offset++) {
            expect(this.durable.has(`${key}:${offset}`)).toBeTrue();
          }
          this.committed[key] = Number(position);
        }
      }),
      // The answer of the broker, which a kill may come before.
      mergeMap(() => timer(Math.ceil(tookMs / 2), this.#scheduler)),
      map(() => this.commitsAtOnce--),
    );
  }
}

describe('commitWhenDurable, whatever a log does', () => {
  it('commits only what is durable, everything in the end, and repeats no more than the window', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const log = new ScriptedLog(run);
        log.run();
        expect(log.isCommitted).toBeTrue();
        expect(log.durable.size).toBe(run.lengths.reduce((sum, length) => sum + length, 0));
        expect(log.mostCommitsAtOnce).toBeLessThanOrEqual(1);
        expect(log.errors.filter((code) => code !== 'COMMIT_FAILED')).toEqual([]);
        // A message is durable in time, waits for a commit that runs, for the interval, and for its own commit.
        const windowMs = MOST_DURABLE_MS + MOST_COMMIT_MS + run.everyMs + MOST_COMMIT_MS + 1;
        expect(Math.max(...log.repeated)).toBeLessThanOrEqual(run.rate * windowMs);
      }),
      { numRuns: 500 },
    );
  });
});
