import { BehaviorSubject, from, Observable, type Subscriber } from 'rxjs';
import { pull, toZerobus } from 'rxjs-zerobus';
import { type InputRecord, recordsIn } from '../inputs/input.ts';
import type { Job, Pace } from '../job.ts';
import { AckTimes } from './ackTimes.ts';
import { type BenchStream, benchHeaders, type StreamSetup } from './benchStream.ts';
import { paced } from './pace.ts';
import { RecordLoop } from './recordLoop.ts';

/**
 * A paced source waits when so many records are not durable: they are past any target by then, and `toZerobus` takes 256 MiB of them by
 * default.
 */
const MAX_BEHIND_RECORDS = 200_000;

/** `source.pipe(toZerobus(table))`, one record a `next`. */
export class ToZerobusStream implements BenchStream {
  readonly #setup: StreamSetup;
  readonly #records: readonly InputRecord[];
  readonly #ackTimes: AckTimes;
  readonly #paused$ = new BehaviorSubject(false);
  readonly #ended: Promise<void>;
  #subscriber: Subscriber<InputRecord> | undefined;
  #durable = -1;
  #warmUpRecords = 0;
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
      paused: this.#paused$,
    };
    const durable$ =
      input.definition === undefined
        ? source.pipe(toZerobus(job.tableName, options))
        : (source as Observable<object>).pipe(toZerobus(input.definition, options));
    this.#ended = new Promise((resolve, reject) => {
      durable$.subscribe({
        next: (offset) => {
          this.#durable = offset;
          this.#ackTimes.durableUpTo(offset);
          this.#onDurable();
        },
        error: reject,
        complete: resolve,
      });
    });
  }

  /** The way that is measured, also through the source. */
  async warmUp(): Promise<number> {
    const { warmUpRecords } = this.#setup.job;
    this.#warmUpRecords += warmUpRecords;
    const durable = new Promise<void>((resolve) => {
      this.#onDurable = () => {
        if (this.#durable >= this.#warmUpRecords - 1) resolve();
      };
    });
    const loop = new RecordLoop(this.#records, warmUpRecords, Number.POSITIVE_INFINITY, () => {});
    this.#source(loop).subscribe((record) => this.#subscriber?.next(record));
    await Promise.race([durable, this.#ended]);
    return warmUpRecords;
  }

  async ingest(): Promise<number> {
    const { job } = this.#setup;
    if (job.pace === undefined) return this.#stream(job);
    return this.#pace(job, job.pace);
  }

  async close(): Promise<void> {}

  /** Subscribes the operator to the source itself, so that nothing of the benchmark's stands between them. */
  async #stream(job: Job): Promise<number> {
    const loop = new RecordLoop(this.#records, job.maxRecords, job.measureMs, (index) =>
      this.#ackTimes.handOver(this.#warmUpRecords + index),
    );
    this.#source(loop).subscribe(this.#subscriber);
    await this.#ended;
    return loop.count;
  }

  #source(loop: RecordLoop<InputRecord>): Observable<InputRecord> {
    return this.#setup.job.source === 'pull' ? pull(loop, this.#paused$) : from(loop);
  }

  async #pace(job: Job, pace: Pace): Promise<number> {
    let handedOver = this.#warmUpRecords;
    const handOver = (group: number): void => {
      this.#ackTimes.handOver(handedOver);
      const first = group * pace.groupRecords;
      for (let n = first; n < first + pace.groupRecords; n++) this.#next(n);
      handedOver += pace.groupRecords;
    };
    const isFull = (): boolean => handedOver - this.#durable > MAX_BEHIND_RECORDS;
    const groups = await paced(pace, job.measureMs, handOver, isFull);
    this.#subscriber?.complete();
    await this.#ended;
    return groups * pace.groupRecords;
  }

  #next(n: number): void {
    this.#subscriber?.next(this.#records[n % this.#records.length] as InputRecord);
  }
}
