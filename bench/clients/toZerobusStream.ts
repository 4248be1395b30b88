import { setTimeout } from 'node:timers/promises';
import { BehaviorSubject, from, Observable, type Subscriber } from 'rxjs';
import { pull, throughZerobus, toZerobus } from 'rxjs-zerobus';
import { type InputRecord, recordsIn } from '../inputs/input.ts';
import type { Pace } from '../job.ts';
import { AckTimes } from './ackTimes.ts';
import { type BenchStream, benchHeaders, repeatedly, type StreamSetup } from './benchStream.ts';
import { paced } from './pace.ts';
import { RecordLoop } from './recordLoop.ts';

/**
 * A paced source waits while this many records are not durable. They are past any target by then, and `toZerobus` takes
 * 256 MiB of them by default.
 */
const MAX_BEHIND_RECORDS = 200_000;

/** `source.pipe(toZerobus(table))` or `source.pipe(throughZerobus(table))`, one record per `next`. */
export class ToZerobusStream implements BenchStream {
  warmUpRecords = 0;
  readonly #setup: StreamSetup;
  readonly #records: readonly InputRecord[];
  readonly #ackTimes: AckTimes;
  readonly #paused$ = new BehaviorSubject(false);
  readonly #ended: Promise<void>;
  #subscriber: Subscriber<InputRecord> | undefined;
  #durable = -1;
  #loop: RecordLoop<InputRecord> | undefined;
  #onDurable: () => void = () => {};

  constructor(setup: StreamSetup) {
    const { job, input, meter, endpoint } = setup;
    this.#setup = setup;
    this.#records = recordsIn(input, job.form);
    this.#ackTimes = new AckTimes(meter);
    const source = new Observable<InputRecord>((subscriber) => {
      this.#subscriber = subscriber;
    });
    const options = {
      endpoint,
      headersProvider: { getHeaders: () => benchHeaders(job.tableName) },
      backpressure: this.#paused$,
      streams: job.operatorStreams,
    };
    const onWatermark = (): void => {
      this.#ackTimes.durableUpTo(this.#durable);
      this.#onDurable();
    };
    this.#ended = new Promise((resolve, reject) => {
      const ending = {
        error: reject,
        complete: () => {
          onWatermark();
          resolve();
        },
      };
      if (job.driver === 'throughZerobus') {
        // The values of an ack come in one turn. Their time is taken once, as that of a watermark is.
        const perTurn = oncePerTurn(onWatermark);
        source.pipe(throughZerobus(job.tableName, options)).subscribe({
          next: () => {
            this.#durable++;
            perTurn();
          },
          ...ending,
        });
        return;
      }
      const durable$ =
        input.definition === undefined
          ? source.pipe(toZerobus(job.tableName, options))
          : (source as Observable<object>).pipe(toZerobus(input.definition, options));
      durable$.subscribe({
        next: (offset) => {
          this.#durable = offset;
          onWatermark();
        },
        ...ending,
      });
    });
  }

  async warmUp(): Promise<void> {
    const { source, pace, warmUpMs } = this.#setup.job;
    if (source === 'pull' && pace === undefined) {
      await this.#pullForAWhile(warmUpMs);
    } else {
      await repeatedly(warmUpMs, () => this.#burst());
    }
  }

  async ingest(): Promise<number> {
    const { pace, measureMs } = this.#setup.job;
    if (pace !== undefined) {
      return this.#pace(pace);
    }
    const loop = this.#loop ?? this.#start((records) => from(records));
    const first = loop.count;
    this.warmUpRecords += first;
    loop.deadline = performance.now() + measureMs;
    await this.#ended;
    return loop.count - first;
  }

  async close(): Promise<void> {}

  /** Measuring continues with the same source, because a new one would have to be compiled again. */
  async #pullForAWhile(warmUpMs: number): Promise<void> {
    const connected = this.#durableUpTo(0);
    this.#start((loop) => pull(loop, this.#paused$));
    await connected;
    await setTimeout(warmUpMs);
  }

  /**
   * Emits records one by one, and waits until they are durable.
   *
   * @returns the number of records
   */
  async #burst(): Promise<number> {
    const first = this.warmUpRecords;
    this.warmUpRecords += this.#setup.job.warmUpRecords;
    for (let n = first; n < this.warmUpRecords; n++) {
      this.#next(n);
    }
    await this.#durableUpTo(this.warmUpRecords - 1);
    return this.#setup.job.warmUpRecords;
  }

  #durableUpTo(offset: number): Promise<void> {
    const durable = new Promise<void>((resolve) => {
      this.#onDurable = () => {
        if (this.#durable >= offset) {
          resolve();
        }
      };
    });
    return Promise.race([durable, this.#ended]);
  }

  /** Subscribes the operator to the source itself, so that no code of the benchmark is between them. */
  #start(sourceOf: (loop: RecordLoop<InputRecord>) => Observable<InputRecord>): RecordLoop<InputRecord> {
    const first = this.warmUpRecords;
    const loop = new RecordLoop(this.#records, this.#setup.job.maxRecords, Number.POSITIVE_INFINITY, (index) =>
      this.#ackTimes.handOver(first + index),
    );
    this.#loop = loop;
    // Starts after the caller has set the deadline.
    queueMicrotask(() => sourceOf(loop).subscribe(this.#subscriber));
    return loop;
  }

  async #pace(pace: Pace): Promise<number> {
    let handedOver = this.warmUpRecords;
    const handOver = (group: number): void => {
      this.#ackTimes.handOver(handedOver);
      const first = group * pace.groupRecords;
      for (let n = first; n < first + pace.groupRecords; n++) {
        this.#next(n);
      }
      handedOver += pace.groupRecords;
    };
    const isFull = (): boolean => handedOver - this.#durable > MAX_BEHIND_RECORDS;
    const groups = await paced(pace, this.#setup.job.measureMs, handOver, isFull);
    this.#subscriber?.complete();
    await this.#ended;
    return groups * pace.groupRecords;
  }

  #next(n: number): void {
    this.#subscriber?.next(this.#records[n % this.#records.length] as InputRecord);
  }
}

/** Returns a function that calls another one at the end of the turn, however often it is called. */
function oncePerTurn(task: () => void): () => void {
  let isScheduled = false;
  return () => {
    if (!isScheduled) {
      isScheduled = true;
      setImmediate(() => {
        isScheduled = false;
        task();
      });
    }
  };
}
