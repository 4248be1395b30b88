import { type InflightLimits, InflightLoad } from './inflightLoad.ts';
import type { Outbox } from './outbox.ts';

/** The part of a stream that is compared with the limits. */
type StreamLoad = Pick<Outbox<unknown>, 'loadRecords' | 'loadBytes' | 'backlogBytes'>;

/** What a stream had in flight when it was last looked at. */
interface Share {
  records: number;
  bytes: number;
  backlogBytes: number;
  /** Whether it has a connection. */
  isOpen: boolean;
}

/** The load of several streams, which is compared with the limits as a whole. */
export class SharedLoad extends InflightLoad {
  readonly #waitingCount: () => number;
  readonly #shares: readonly Share[];
  #recordCount = 0;
  #byteCount = 0;

  /** @param waitingCount returns the number of values that wait for the watermark */
  constructor(streams: number, limits: InflightLimits, waitingCount: () => number) {
    super(limits);
    this.#waitingCount = waitingCount;
    this.#shares = Array.from({ length: streams }, () => ({ records: 0, bytes: 0, backlogBytes: 0, isOpen: false }));
  }

  /** The number of records that count towards the limits. */
  override get loadRecords(): number {
    return Math.max(this.#recordCount, this.#waitingCount());
  }

  /** The number of bytes that count towards the limits. */
  override get loadBytes(): number {
    return this.#byteCount;
  }

  /**
   * The number of bytes that wait for a connection, on average. A stream without a connection does not count, so that
   * the others go on, unless none has one.
   */
  get backlogBytes(): number {
    let [open, openBytes, allBytes] = [0, 0, 0];
    for (const { isOpen, backlogBytes } of this.#shares) {
      allBytes += backlogBytes;
      if (isOpen) {
        open++;
        openBytes += backlogBytes;
      }
    }
    return open === 0 ? allBytes / this.#shares.length : openBytes / open;
  }

  /** Looks at a stream again. */
  update(stream: number, { loadRecords, loadBytes, backlogBytes }: StreamLoad): void {
    const share = this.#shareOf(stream);
    this.#recordCount += loadRecords - share.records;
    this.#byteCount += loadBytes - share.bytes;
    share.records = loadRecords;
    share.bytes = loadBytes;
    share.backlogBytes = backlogBytes;
  }

  /** A stream has got a connection, or has lost it. */
  setOpen(stream: number, isOpen: boolean): void {
    this.#shareOf(stream).isOpen = isOpen;
  }

  /** Returns the stream with the fewest bytes in flight: the first one from a given stream on, in a circle. */
  lightest(from: number): number {
    const count = this.#shares.length;
    let lightest = from % count;
    for (let step = 1; step < count; step++) {
      const stream = (from + step) % count;
      if (this.#shareOf(stream).bytes < this.#shareOf(lightest).bytes) {
        lightest = stream;
      }
    }
    return lightest;
  }

  #shareOf(stream: number): Share {
    return this.#shares[stream] as Share;
  }
}
