import type { BatchLimits } from '../wire/batchBuilder.ts';
import type { InflightLimits } from './inflightLoad.ts';
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

/** The part of an outbox that {@link slackOf} compares with the limits. */
type SlackLoad = Pick<Outbox<unknown>, 'loadRecords' | 'loadBytes' | 'backlogBytes'>;

/** The part of an outbox that is compared with the limits. */
type Load = Pick<Outbox<unknown>, 'reaches' | 'exceeds' | 'backlogBytes'>;

/**
 * Returns how many records can be added before the load must be looked at again, as long as no batch is sealed. It is 0
 * near the limits, so that each record is compared with them there.
 *
 * @param isHigh whether the source was asked to pause, or cannot be, so that only the limits themselves are left
 */
export function slackOf(
  load: SlackLoad,
  { maxInflightRecords, maxInflightBytes, maxBatchBytes }: InflightLimits & Pick<BatchLimits, 'maxBatchBytes'>,
  isHigh: boolean,
): number {
  const share = isHigh ? 1 : HIGH_SHARE;
  // The open batch grows by less than a batch.
  const bytes = 2 * maxBatchBytes;
  const isNear =
    load.loadBytes + bytes >= share * maxInflightBytes || (!isHigh && load.backlogBytes + bytes >= HIGH_BACKLOG_BYTES);
  return isNear ? 0 : Math.max(0, Math.floor(share * maxInflightRecords) - load.loadRecords - 1);
}

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

  /** Whether the source must pause. */
  get isHigh(): boolean {
    return this.#isHigh;
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
