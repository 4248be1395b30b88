import { BATCH_RECORDS, type InputRecord, inGroups, recordsIn } from '../inputs/input.ts';
import type { Job, Pace } from '../job.ts';
import { type BenchStream, repeatedly, type StreamSetup } from './benchStream.ts';
import type { Meter } from './meter.ts';
import { paced } from './pace.ts';
import type { PromiseClient } from './promiseClient.ts';

/** How many promises are pending at a time if they are not awaited one by one. */
const PIPELINED_RECORDS = 10_000;

/**
 * A client with a promise API, which is called with one record at a time, with many at a time, or with batches.
 *
 * At full speed only the ack of the last submission is timed, by the flush that follows. The official SDK (1.3.0)
 * accepts nothing while an offset is awaited. For the same reason, paced runs await only one offset at a time.
 */
export class PromiseStream<Offset> implements BenchStream {
  warmUpRecords = 0;
  readonly #client: PromiseClient<Offset>;
  readonly #job: Job;
  readonly #meter: Meter;
  readonly #records: readonly InputRecord[];
  readonly #groupRecords: number;
  readonly #groups: readonly InputRecord[][];
  readonly #submissions: Promise<unknown>[] = [];
  #handedOverAt = 0;
  #isWaiting = false;

  constructor(client: PromiseClient<Offset>, { job, input, meter }: StreamSetup) {
    this.#client = client;
    this.#job = job;
    this.#meter = meter;
    this.#records = recordsIn(input, job.form);
    this.#groupRecords = job.pace?.groupRecords ?? BATCH_RECORDS;
    this.#groups = inGroups(this.#records, this.#groupRecords);
  }

  async warmUp(): Promise<void> {
    const { warmUpMs, warmUpRecords } = this.#job;
    this.warmUpRecords = await repeatedly(warmUpMs, async () => {
      const count = await this.#load(warmUpRecords, Number.POSITIVE_INFINITY);
      await this.#client.flush();
      return count;
    });
  }

  async ingest(): Promise<number> {
    const { pace, maxRecords, measureMs } = this.#job;
    const count = await (pace === undefined ? this.#load(maxRecords, measureMs) : this.#pace(pace));
    await this.#client.flush();
    this.#meter.mark();
    if (pace === undefined) {
      this.#meter.addAck(this.#handedOverAt);
    }
    return count;
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  /**
   * Hands over records until there are enough, or the time is over.
   *
   * @returns the number of records
   */
  #load(maxRecords: number, measureMs: number): Promise<number> {
    const deadline = performance.now() + measureMs;
    const { driver } = this.#job;
    if (driver === 'single') {
      return this.#single(maxRecords, deadline);
    }
    if (driver === 'pipelined') {
      return this.#pipelined(maxRecords, deadline);
    }
    return this.#batches(maxRecords, deadline);
  }

  async #single(maxRecords: number, deadline: number): Promise<number> {
    let count = 0;
    while (count < maxRecords) {
      // The clock is read only once: a second read would be noticeable if a call takes less than a microsecond.
      this.#handedOverAt = performance.now();
      if (this.#handedOverAt >= deadline) {
        break;
      }
      await this.#client.ingestRecordOffset(this.#record(count++));
    }
    return count;
  }

  async #pipelined(maxRecords: number, deadline: number): Promise<number> {
    let count = 0;
    while (count < maxRecords && performance.now() < deadline) {
      this.#handedOverAt = performance.now();
      const size = Math.min(PIPELINED_RECORDS, maxRecords - count);
      const submissions = Array.from({ length: size }, (_, n) =>
        this.#client.ingestRecordOffset(this.#record(count + n)),
      );
      await Promise.all(submissions);
      count += size;
    }
    return count;
  }

  async #batches(maxRecords: number, deadline: number): Promise<number> {
    const { isStringified } = this.#job;
    let batches = 0;
    while (batches * this.#groupRecords < maxRecords && performance.now() < deadline) {
      const group = this.#group(batches);
      this.#handedOverAt = performance.now();
      const batch = isStringified ? group.map((record) => JSON.stringify(record)) : group;
      await this.#client.ingestRecordsOffset(batch);
      batches++;
    }
    return batches * this.#groupRecords;
  }

  async #pace(pace: Pace): Promise<number> {
    const groups = await paced(pace, this.#job.measureMs, (index) => {
      const handedOverAt = performance.now();
      const [record, ...others] = this.#group(index);
      const isSingle = others.length === 0 && record !== undefined;
      const offset = isSingle
        ? this.#client.ingestRecordOffset(record)
        : this.#client.ingestRecordsOffset(this.#group(index));
      this.#submissions.push(this.#isWaiting ? offset : this.#timeAck(offset, handedOverAt));
    });
    await Promise.all(this.#submissions);
    return groups * pace.groupRecords;
  }

  async #timeAck(accepted: Promise<Offset | null>, handedOverAt: number): Promise<void> {
    this.#isWaiting = true;
    const offset = await accepted;
    if (offset !== null) {
      await this.#client.waitForOffset(offset);
    }
    this.#meter.addAck(handedOverAt);
    this.#isWaiting = false;
  }

  #record(n: number): InputRecord {
    return this.#records[n % this.#records.length] as InputRecord;
  }

  #group(n: number): InputRecord[] {
    return this.#groups[n % this.#groups.length] as InputRecord[];
  }
}
