import type { Outbox } from './outbox.ts';

/**
 * The share of the limits at which a source must pause. The other half is for records that are on their way already.
 */
const HIGH_SHARE = 0.5;
/** The share of the limits at which it may resume, early enough that the connection does not run dry. */
const LOW_SHARE = 0.25;

/**
 * The number of bytes that may wait for the connection before a source must pause. It is enough to keep the connection
 * busy until the source has resumed. More bytes would only take up memory, and would keep the event loop from the
 * socket.
 */
const HIGH_BACKLOG_BYTES = 1024 * 1024;

/** The part of an outbox that is compared with the limits. */
type Load = Pick<Outbox<unknown>, 'reaches' | 'exceeds' | 'backlogBytes'>;

/** Reports when a source that can wait must pause, and when it may resume. */
export class Pressure {
  readonly #load: Load;
  readonly #highBacklogBytes: number;
  readonly #onChange: (isHigh: boolean) => void;
  #isHigh = false;

  /**
   * @param maxBatchBytes the size of a batch; four of them must fit into the backlog
   * @param onChange called with `true` when the load becomes high, and with `false` when it is low again
   */
  constructor(load: Load, maxBatchBytes: number, onChange: (isHigh: boolean) => void) {
    this.#load = load;
    this.#highBacklogBytes = Math.max(HIGH_BACKLOG_BYTES, 4 * maxBatchBytes);
    this.#onChange = onChange;
  }

  /** Checks the load. Called whenever the load may have changed. */
  check(): void {
    const load = this.#load;
    const isHigh = this.#isHigh
      ? load.exceeds(LOW_SHARE) || load.backlogBytes > this.#highBacklogBytes / 2
      : load.reaches(HIGH_SHARE) || load.backlogBytes >= this.#highBacklogBytes;
    if (isHigh === this.#isHigh) {
      return;
    }
    this.#isHigh = isHigh;
    this.#onChange(isHigh);
  }
}
