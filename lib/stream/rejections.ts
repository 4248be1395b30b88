import { from, type ObservableInput, Subscription } from 'rxjs';
import { endSentence } from '../errors/endSentence.ts';
import { reasonOf } from '../errors/reasonOf.ts';
import { type RecordPayload, ZerobusError } from '../errors/zerobusError.ts';
import type { RefusedRecord } from './outbox.ts';

/** A record that cannot become durable, for the option `rejected`. */
export interface Rejection<Value = unknown, Payload = RecordPayload> {
  /** The value that the source emitted, or the submission of a `ZerobusStream`. */
  readonly value: Value;
  /** The record as it would have been sent: JSON text or protobuf bytes. `undefined` if it cannot be serialized. */
  readonly record: Payload | undefined;
  /** The 0-based offset of the record in its stream. */
  readonly offset: number;
  /** The reason, with its `offset`: `INVALID_RECORD`, `RECORD_TOO_LARGE`, or the refusal of the service. */
  readonly error: ZerobusError;
}

/** Takes rejected records in. */
export interface RejectionTaker {
  /** Takes a record in. It is taken in when what this returns completes, or at once if that is nothing. */
  readonly onRejected: (refused: RefusedRecord, error: ZerobusError) => ObservableInput<unknown> | undefined;
  /** Called when a record is taken in, before the watermark passes it. */
  readonly onTakenIn: (offset: number, error: ZerobusError) => void;
}

/** The numbers of rejections in a row, which several streams of an operator count together. */
export interface RejectionCounts {
  /** The number of refusals by the service since a record became durable. */
  refused: number;
  /** The number of unsent records since one was accepted. */
  unsent: number;
}

/** Options of {@link Rejections}. */
export interface RejectionsOptions {
  /** Takes a record in. Its offset is that of the source. See {@link RejectionTaker}. */
  readonly onRejected: RejectionTaker['onRejected'];
  /** Called when a record is taken in, before the watermark passes it. The error has its offset in the source. */
  readonly onTakenIn: (offset: number, error: ZerobusError) => void;
  /** Returns the offset in the source of an offset of the stream. Defaults to the same. */
  readonly sourceOffset?: ((offset: number) => number) | undefined;
  readonly counts?: RejectionCounts | undefined;
  /** The number of rejections in a row that end the stream, if one more follows. */
  readonly maxInARow: number;
  /** Called if a record cannot be taken in. */
  readonly onFailure: (error: ZerobusError) => void;
}

/** Hands rejected records to the option `rejected`, and counts them. */
export class Rejections {
  readonly #options: RejectionsOptions;
  readonly #subscriptions = new Subscription();
  readonly #counts: RejectionCounts;

  constructor(options: RejectionsOptions) {
    this.#options = options;
    this.#counts = options.counts ?? { refused: 0, unsent: 0 };
  }

  /** Rejects a record before it is sent. */
  rejectUnsent(record: RefusedRecord, error: ZerobusError): void {
    this.#counts.unsent++;
    this.#reject(record, error, this.#counts.unsent);
  }

  /** Rejects a record that the service has refused. */
  rejectRefused(record: RefusedRecord, error: ZerobusError): void {
    this.#counts.refused++;
    this.#reject(record, error, this.#counts.refused);
  }

  /** A record was accepted, so those before it were not all wrong. */
  onAccepted(): void {
    this.#counts.unsent = 0;
  }

  /** A record became durable, so the table takes some. */
  onProgress(): void {
    this.#counts.refused = 0;
  }

  /** Unsubscribes from everything that takes records in. */
  unsubscribe(): void {
    this.#subscriptions.unsubscribe();
  }

  #reject(refused: RefusedRecord, reason: ZerobusError, inARow: number): void {
    const { maxInARow, onRejected, onTakenIn, onFailure, sourceOffset } = this.#options;
    const offset = sourceOffset === undefined ? refused.offset : sourceOffset(refused.offset);
    const error = reason.with({ offset, unacked: refused.payloads });
    if (inARow > maxInARow) {
      onFailure(tooMany(maxInARow, error));
      return;
    }
    try {
      const result = onRejected({ ...refused, offset }, error);
      if (result === undefined || result === null) {
        onTakenIn(refused.offset, error);
        return;
      }
      // A subscription leaves when it ends.
      this.#subscriptions.add(
        from(result).subscribe({
          error: (cause) => onFailure(rejectionFailed(offset, cause)),
          complete: () => onTakenIn(refused.offset, error),
        }),
      );
    } catch (cause) {
      onFailure(rejectionFailed(offset, cause));
    }
  }
}

function tooMany(maxInARow: number, last: ZerobusError): ZerobusError {
  return new ZerobusError(
    'TOO_MANY_REJECTIONS',
    `More than ${maxInARow} records in a row were rejected, so the table may have changed. The last one was refused because of ${last.code}: ${endSentence(reasonOf(last))} Compare the records with the table, or raise maxRejectionsInARow.`,
    { cause: last, schemaCauses: last.schemaCauses },
  );
}

function rejectionFailed(offset: number, cause: unknown): ZerobusError {
  return new ZerobusError(
    'REJECTION_FAILED',
    `The record at offset ${offset} was rejected, and the option rejected could not take it in: ${endSentence(reasonOf(cause))} Let it retry what may pass.`,
    { cause, offset },
  );
}
