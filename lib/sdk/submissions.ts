import { inBatch } from '../errors/inBatch.ts';
import { isInstanceOf } from '../errors/isInstanceOf.ts';
import type { RecordPayload } from '../errors/zerobusError.ts';
import type { Ingestion } from '../stream/ingestion.ts';
import { Queue } from '../stream/queue.ts';
import type { ZerobusRecord } from '../stream/streamTable.ts';
import type { PayloadForm } from './payloadForm.ts';
import type { Submission } from './submissionRejections.ts';
import type { Payload } from './toRecord.ts';

/** Records that are submitted as one batch, at least one. */
export class PayloadBatch {
  readonly payloads: readonly Payload[];

  constructor(payloads: readonly Payload[]) {
    this.payloads = payloads;
  }
}

/** A submission that waits for room. One of the two functions is called, once. */
interface Waiting {
  /** The serialized record, or the records of a batch. An empty array submits nothing: it waits for those before it. */
  readonly records: RecordPayload | readonly RecordPayload[];
  /** What was submitted, if it is kept. */
  readonly payload: Payload | PayloadBatch | undefined;
  readonly resolve: (offset: number) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Hands submissions to the engine in the order of the calls: at once while there is room in flight, otherwise as soon
 * as there is. This is the source of backpressure.
 */
export class Submissions {
  readonly #ingestion: Ingestion<ZerobusRecord>;
  readonly #form: PayloadForm;
  readonly #onAccepted: ((submission: Submission) => void) | undefined;
  readonly #queue: Queue<Waiting> = new Queue();

  /** @param onAccepted called with each submission that gets an offset, in order. Defaults to nothing */
  constructor(ingestion: Ingestion<ZerobusRecord>, form: PayloadForm, onAccepted?: (submission: Submission) => void) {
    this.#ingestion = ingestion;
    this.#form = form;
    this.#onAccepted = onAccepted;
  }

  /** The number of submissions that wait for room. */
  get waitingCount(): number {
    return this.#queue.length;
  }

  /**
   * Accepts a record or a batch if there is room.
   *
   * @returns its offset, or `undefined` if there is no room: then it is not accepted and can {@link wait}
   * @throws {@link ZerobusError} `INVALID_RECORD` or `RECORD_TOO_LARGE` if a record cannot be sent
   */
  add(payload: Payload | PayloadBatch): number | undefined {
    if (this.#queue.length > 0 || !this.#ingestion.hasRoom) {
      return undefined;
    }
    return isInstanceOf(payload, PayloadBatch)
      ? this.#acceptBatch(
          ofEach(payload, (each) => this.#form.toRecord(each)),
          payload,
        )
      : this.#accept(this.#form.toRecord(payload), payload);
  }

  /**
   * Queues a submission that {@link add} did not accept. It is serialized now, so the caller may change it afterwards.
   * The open batch leaves: it would linger for nothing.
   *
   * @param resolve called with the offset when the submission is accepted
   * @param reject called if it cannot be sent after all
   * @throws {@link ZerobusError} `INVALID_RECORD` if a record cannot be serialized
   */
  wait(payload: Payload | PayloadBatch, resolve: Waiting['resolve'], reject: Waiting['reject']): void {
    const records = isInstanceOf(payload, PayloadBatch)
      ? ofEach(payload, (each) => this.#freeze(each))
      : this.#freeze(payload);
    this.#queue.push({ records, payload: this.#onAccepted && payload, resolve, reject });
    this.#ingestion.release();
  }

  /** Calls `resolve` with the last offset when everything submitted so far is accepted: now, if nothing waits. */
  waitForAll(resolve: Waiting['resolve'], reject: Waiting['reject']): void {
    if (this.#queue.length === 0) {
      resolve(this.#ingestion.nextOffset - 1);
    } else {
      this.#queue.push({ records: [], payload: undefined, resolve, reject });
    }
  }

  /**
   * Accepts submissions from the front of the queue while there is room, and sends them at once if others still wait.
   */
  drain(): void {
    while (this.#queue.length > 0 && this.#ingestion.hasRoom) {
      this.#settle(this.#queue.shift() as Waiting);
    }
    if (this.#queue.length > 0) {
      this.#ingestion.release();
    }
  }

  /** Rejects everything that waits. */
  rejectAll(error: unknown): void {
    for (const { reject } of this.#queue.clear()) {
      reject(error);
    }
  }

  #settle({ records, payload, resolve, reject }: Waiting): void {
    let offset: number;
    try {
      offset = this.#acceptFrozen(records, payload);
    } catch (error) {
      reject(error);
      return;
    }
    resolve(offset);
  }

  #acceptFrozen(records: Waiting['records'], payload: Waiting['payload']): number {
    if (typeof records === 'string' || ArrayBuffer.isView(records)) {
      return this.#accept(records, payload);
    }
    return records.length === 0 ? this.#ingestion.nextOffset - 1 : this.#acceptBatch(records, payload);
  }

  #accept(record: ZerobusRecord, payload: Waiting['payload']): number {
    const offset = this.#ingestion.nextOffset;
    this.#ingestion.add(record);
    if (this.#onAccepted !== undefined) {
      this.#noteAccepted(payload);
    }
    return offset;
  }

  #acceptBatch(records: readonly ZerobusRecord[], payload: Waiting['payload']): number {
    const offset = this.#ingestion.nextOffset;
    this.#ingestion.addBatch(records);
    if (this.#onAccepted !== undefined) {
      this.#noteAccepted(payload);
    }
    return offset;
  }

  #noteAccepted(payload: Waiting['payload']): void {
    if (payload !== undefined) {
      this.#onAccepted?.(isInstanceOf(payload, PayloadBatch) ? payload.payloads : payload);
    }
  }

  #freeze(payload: Payload): RecordPayload {
    return this.#form.freeze(this.#form.toRecord(payload));
  }
}

/** Converts the records of a batch. An error names the record. */
function ofEach<T>({ payloads }: PayloadBatch, convert: (payload: Payload) => T): T[] {
  // Unlike map, it also visits the holes of an array.
  return Array.from(payloads, (payload, index) => {
    try {
      return convert(payload);
    } catch (error) {
      throw inBatch(index, error);
    }
  });
}
