import type { ZerobusError } from '../errors/zerobusError.ts';
import type { Ingestion } from '../stream/ingestion.ts';
import type { ZerobusRecord } from '../stream/streamTable.ts';
import type { PayloadForm } from './payloadForm.ts';
import type { Payload } from './toRecord.ts';

/** Whom to tell what became of a submission; one of them is called, once. */
export interface SubmissionObserver {
  /** It was accepted under this offset. */
  readonly onAccepted: (offset: number) => void;
  readonly onRefused: (error: unknown) => void;
}

interface Waiting {
  readonly accept: () => number;
  readonly observer: SubmissionObserver;
}

/**
 * The way of a submission into the engine: at once where there is room in flight, else in the order they came, when
 * there is. This is where backpressure is felt.
 */
export class Submissions {
  readonly #ingestion: Ingestion<ZerobusRecord>;
  readonly #form: PayloadForm;
  #waiting: Waiting[] = [];
  #head = 0;

  constructor(ingestion: Ingestion<ZerobusRecord>, form: PayloadForm) {
    this.#ingestion = ingestion;
    this.#form = form;
  }

  /** How many wait for room. */
  get waitingCount(): number {
    return this.#waiting.length - this.#head;
  }

  /** Submits a record by itself. */
  addRecord(payload: Payload, observer: SubmissionObserver): void {
    this.#add(observer, (isWaiting) => {
      const record = this.#toRecord(payload, isWaiting);
      return () => this.#ingestion.add(record);
    });
  }

  /** Submits records as one batch, of at least one. */
  addBatch(payloads: readonly Payload[], observer: SubmissionObserver): void {
    this.#add(observer, (isWaiting) => {
      const records = payloads.map((payload) => this.#toRecord(payload, isWaiting));
      return () => this.#ingestion.addBatch(records);
    });
  }

  /** Submits nothing: is accepted, under the offset of the last submission before it, when all those were. */
  addBarrier({ onAccepted, onRefused }: SubmissionObserver): void {
    const accept = (): number => this.#ingestion.nextOffset - 1;
    if (this.waitingCount === 0) {
      onAccepted(accept());
    } else {
      this.#waiting.push({ accept, observer: { onAccepted, onRefused } });
    }
  }

  /**
   * There may be room: accepts from the front as long as there is. What fills the room leaves at once: it would linger
   * for nothing.
   */
  drain(): void {
    while (this.waitingCount > 0 && this.#ingestion.hasRoom) {
      const { accept, observer } = this.#waiting[this.#head++] as Waiting;
      settle(accept, observer);
    }
    if (this.waitingCount > 0) {
      this.#ingestion.release();
    }
    if (this.#head < this.#waiting.length / 2) {
      return;
    }
    this.#waiting = this.#waiting.slice(this.#head);
    this.#head = 0;
  }

  /** There will be no room any more. */
  refuseAll(error: ZerobusError): void {
    const rest = this.#waiting.slice(this.#head);
    this.#waiting = [];
    this.#head = 0;
    for (const { observer } of rest) {
      observer.onRefused(error);
    }
  }

  #add(observer: SubmissionObserver, prepare: (isWaiting: boolean) => () => void): void {
    const isWaiting = this.waitingCount > 0 || !this.#ingestion.hasRoom;
    let hand: () => void;
    try {
      hand = prepare(isWaiting);
    } catch (error) {
      observer.onRefused(error);
      return;
    }
    const accept = (): number => {
      const offset = this.#ingestion.nextOffset;
      hand();
      return offset;
    };
    if (!isWaiting) {
      settle(accept, observer);
      return;
    }
    this.#waiting.push({ accept, observer });
    this.#ingestion.release();
  }

  #toRecord(payload: Payload, isWaiting: boolean): ZerobusRecord {
    const record = this.#form.toRecord(payload);
    return isWaiting ? this.#form.freeze(record) : record;
  }
}

function settle(accept: () => number, { onAccepted, onRefused }: SubmissionObserver): void {
  let offset: number;
  try {
    offset = accept();
  } catch (error) {
    onRefused(error);
    return;
  }
  onAccepted(offset);
}
