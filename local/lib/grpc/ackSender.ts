import type { FaultInjector } from '../faults/faultInjector.ts';
import type { Covered, StreamProgress } from './streamProgress.ts';

/** The acks that a fault delays, and what they cover. */
interface DelayedAcks {
  readonly offsets: readonly (number | undefined)[];
  readonly covered: Covered;
}

/** Sends the acks of one stream. Requests that become durable by the same write of the log share one ack. */
export class AckSender {
  readonly #send: (offset: number | undefined) => void;
  readonly #faults: FaultInjector;
  readonly #tableName: string;
  readonly #progress: StreamProgress;
  readonly #onIdle: () => void;
  readonly #delayed = new Map<NodeJS.Timeout, DelayedAcks>();
  #durable = -1;
  #acknowledged = -1;
  #isScheduled = false;

  /**
   * @param send sends one ack
   * @param progress counts what the acks cover
   * @param onIdle called when the last delayed ack is sent
   */
  constructor(
    send: (offset: number | undefined) => void,
    faults: FaultInjector,
    tableName: string,
    progress: StreamProgress,
    onIdle: () => void,
  ) {
    this.#send = send;
    this.#faults = faults;
    this.#tableName = tableName;
    this.#progress = progress;
    this.#onIdle = onIdle;
  }

  /** Whether every ack is sent. */
  get isIdle(): boolean {
    return this.#delayed.size === 0 && this.#acknowledged === this.#durable;
  }

  /** Raises the watermark: every offset up to `offset` is durable. */
  durableUpTo(offset: number): void {
    this.#durable = offset;
    if (this.#isScheduled) {
      return;
    }
    this.#isScheduled = true;
    // The reactions to this write of the log are microtasks, and the next one may raise the watermark further.
    process.nextTick(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }

  /** Sends the ack of the watermark if it is not sent yet. */
  flush(): void {
    if (this.#acknowledged === this.#durable) {
      return;
    }
    this.#acknowledged = this.#durable;
    const covered = this.#progress.covered(this.#durable);
    const plan = this.#faults.onAck(this.#tableName, this.#durable);
    if (plan === undefined) {
      this.#send(this.#durable);
      this.#progress.acknowledged(covered);
    } else if (plan.delayMs > 0) {
      this.#sendLater({ offsets: plan.offsets, covered }, plan.delayMs);
    } else {
      this.#sendAll({ offsets: plan.offsets, covered });
    }
  }

  /** Sends delayed acks at once. */
  sendDelayed(): void {
    for (const [timer, acks] of this.#delayed) {
      clearTimeout(timer);
      this.#sendAll(acks);
    }
    this.#delayed.clear();
  }

  /** Drops the acks that are not sent yet. */
  cancel(): void {
    for (const timer of this.#delayed.keys()) {
      clearTimeout(timer);
    }
    this.#delayed.clear();
    this.#acknowledged = this.#durable;
  }

  #sendLater(acks: DelayedAcks, delayMs: number): void {
    const timer = setTimeout(() => {
      this.#delayed.delete(timer);
      this.#sendAll(acks);
      if (this.isIdle) {
        this.#onIdle();
      }
    }, delayMs);
    this.#delayed.set(timer, acks);
  }

  #sendAll({ offsets, covered }: DelayedAcks): void {
    for (const offset of offsets) {
      this.#send(offset);
    }
    if (offsets.length > 0) {
      this.#progress.acknowledged(covered);
    }
  }
}
