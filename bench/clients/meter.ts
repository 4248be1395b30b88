import type { Measurement } from '../job.ts';

const RSS_EVERY_MS = 100;
const MEGABYTE = 1e6;
/**
 * The most ack times that are kept. A longer run keeps a random sample, so that the meter's own memory does not grow.
 */
const MAX_ACK_TIMES = 100_000;

/** Measures a run: time from the start to the last ack, CPU, resident memory, and ack times. */
export class Meter {
  readonly #ackMs: number[] = [];
  #ackCount = 0;
  #startedAt = 0;
  #markedAt = 0;
  #cpuAtStart: NodeJS.CpuUsage | undefined;
  #rss: number[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** Starts measuring. */
  start(): void {
    globalThis.gc?.();
    this.#ackMs.length = 0;
    this.#ackCount = 0;
    this.#rss = [process.memoryUsage.rss()];
    this.#timer = setInterval(() => this.#lookAtMemory(), RSS_EVERY_MS);
    this.#cpuAtStart = process.cpuUsage();
    this.#startedAt = performance.now();
  }

  /** Marks that something has become durable. The last mark is the end of the run. */
  mark(): void {
    this.#markedAt = performance.now();
  }

  /** Adds the ack time of something that was handed over at a given time and has become durable now. */
  addAck(handedOverAt: number): void {
    const ackMs = performance.now() - handedOverAt;
    this.#ackCount++;
    const at = this.#ackMs.length < MAX_ACK_TIMES ? this.#ackMs.length : Math.floor(Math.random() * this.#ackCount);
    if (at < MAX_ACK_TIMES) {
      this.#ackMs[at] = ackMs;
    }
  }

  /**
   * Stops measuring and returns the result.
   *
   * @param meanBytes the mean length of a record
   */
  stop(records: number, meanBytes: number): Omit<Measurement, 'warmUpRecords'> {
    clearInterval(this.#timer);
    this.#lookAtMemory();
    const cpu = process.cpuUsage(this.#cpuAtStart);
    this.#ackMs.sort((left, right) => left - right);
    return {
      records,
      bytes: records * meanBytes,
      seconds: (this.#markedAt - this.#startedAt) / 1000,
      cpuMicros: cpu.user + cpu.system,
      peakRssMb: (process.resourceUsage().maxRSS * 1024) / MEGABYTE,
      rssGrowthMb: this.#rss.reduce((most, rss) => Math.max(most, rss - (this.#rss[0] ?? 0)), 0) / MEGABYTE,
      rssDriftMb: this.#drift(),
      ackP50Ms: this.#quantile(0.5),
      ackP99Ms: this.#quantile(0.99),
      endedAtMs: performance.timeOrigin + this.#markedAt,
    };
  }

  #lookAtMemory(): void {
    this.#rss.push(process.memoryUsage.rss());
  }

  #drift(): number | null {
    const tenth = Math.floor(this.#rss.length / 10);
    if (tenth === 0) {
      return null;
    }
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    return (mean(this.#rss.slice(-tenth)) - mean(this.#rss.slice(tenth, 2 * tenth))) / MEGABYTE;
  }

  #quantile(share: number): number {
    const { length } = this.#ackMs;
    return this.#ackMs[Math.min(length - 1, Math.floor(length * share))] ?? Number.NaN;
  }
}
