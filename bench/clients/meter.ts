import type { Measurement } from '../job.ts';

const RSS_EVERY_MS = 100;
const MEGABYTE = 1e6;

/** Measures a run: time and CPU from the start to the last ack, resident memory, and how long acks take. */
export class Meter {
  readonly #ackMs: number[] = [];
  #startedAt = 0;
  #markedAt = 0;
  #cpuAtStart: NodeJS.CpuUsage = process.cpuUsage();
  #cpuAtMark: NodeJS.CpuUsage = this.#cpuAtStart;
  #rssAtStart = 0;
  #rssMax = 0;
  #timer: NodeJS.Timeout | undefined;

  /** From here on it counts. */
  start(): void {
    globalThis.gc?.();
    this.#ackMs.length = 0;
    this.#rssAtStart = process.memoryUsage.rss();
    this.#rssMax = this.#rssAtStart;
    this.#timer = setInterval(() => this.#lookAtMemory(), RSS_EVERY_MS);
    this.#cpuAtStart = process.cpuUsage();
    this.#startedAt = performance.now();
  }

  /** Something has become durable: the last time this is said is the end of the run. */
  mark(): void {
    this.#markedAt = performance.now();
    this.#cpuAtMark = process.cpuUsage();
  }

  /** Something was handed over at this time and has become durable now. */
  addAck(handedOverAt: number): void {
    this.#ackMs.push(performance.now() - handedOverAt);
  }

  /** The end: what was measured. @param meanBytes the mean length of a record */
  stop(records: number, meanBytes: number): Measurement {
    clearInterval(this.#timer);
    this.#lookAtMemory();
    const cpu = (of: NodeJS.CpuUsage): number => of.user + of.system;
    this.#ackMs.sort((left, right) => left - right);
    return {
      records,
      bytes: records * meanBytes,
      seconds: (this.#markedAt - this.#startedAt) / 1000,
      cpuMicros: cpu(this.#cpuAtMark) - cpu(this.#cpuAtStart),
      peakRssMb: (process.resourceUsage().maxRSS * 1024) / MEGABYTE,
      rssGrowthMb: (this.#rssMax - this.#rssAtStart) / MEGABYTE,
      ackP50Ms: this.#quantile(0.5),
      ackP99Ms: this.#quantile(0.99),
      endedAtMs: performance.timeOrigin + this.#markedAt,
    };
  }

  #lookAtMemory(): void {
    this.#rssMax = Math.max(this.#rssMax, process.memoryUsage.rss());
  }

  #quantile(share: number): number {
    const { length } = this.#ackMs;
    return this.#ackMs[Math.min(length - 1, Math.floor(length * share))] ?? Number.NaN;
  }
}
