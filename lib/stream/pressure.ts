import type { Outbox } from './outbox.ts';

/** Where a source is asked to pause, of what may be in flight: the other half is for what is on its way already. */
const HIGH_SHARE = 0.5;
/** Where it may go on: early enough that the connection does not run dry meanwhile. */
const LOW_SHARE = 0.25;

/**
 * How many bytes may wait for the connection before a source is asked to pause: enough to keep the connection busy
 * while the source gets going again. More would only lie about, and keep the event loop from the socket.
 */
const HIGH_BACKLOG_BYTES = 1024 * 1024;

/** What is held against the bounds. */
type Load = Pick<Outbox<unknown>, 'reaches' | 'exceeds' | 'backlogBytes'>;

/** Tells a source that can wait when to pause, and when to go on. */
export class Pressure {
  readonly #load: Load;
  readonly #highBacklogBytes: number;
  readonly #onChange: (isHigh: boolean) => void;
  #isHigh = false;

  /**
   * @param maxBatchBytes the size of a batch, of which several have to fit what may wait
   * @param onChange told `true` when the load becomes high and `false` when it is low again
   */
  constructor(load: Load, maxBatchBytes: number, onChange: (isHigh: boolean) => void) {
    this.#load = load;
    this.#highBacklogBytes = Math.max(HIGH_BACKLOG_BYTES, 4 * maxBatchBytes);
    this.#onChange = onChange;
  }

  /** Looks at the load; called whenever it may have changed. */
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
