import type { SchedulerLike } from 'rxjs';
import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import type { Transport, TransportObserver } from '../../lib/transport/transport.ts';
import { EphemeralStreamRequest } from '../../proto/messages.ts';
import { ack, closeSignal, created } from './scriptedTransport.ts';

/** What happens to a batch: `cut` breaks the connection before the batch is stored, `cut after` behind it. */
export type Fate = 'store' | 'cut' | 'cut after' | 'close signal';

/** What a {@link CheckingService} does, besides checking records. */
export interface CheckingServiceOptions {
  readonly scheduler: SchedulerLike;
  /** Whether the service refuses a record. It refuses the batch with it, and ends the connection. */
  readonly refuses: (record: string) => boolean;
  /** What happens to the batches, in turn. Those behind them are stored. Defaults to none. */
  readonly fates?: readonly Fate[];
}

/** How long a batch is on its way, in ms, and how long its ack. */
const LATENCY_MS = 1;

/** The refusal of a batch. Its message says nothing about the record. */
export const refusal: ZerobusError = new ZerobusError('INVALID_ARGUMENT', 'a record does not fit the table');

/** A service in virtual time that refuses some records, as Zerobus does: with their batch and their connection. */
export class CheckingService implements Transport {
  /** The rows of the table, in the order of their arrival. Rows that were sent again are there again. */
  readonly rows: string[] = [];
  /** The sizes of the batches of each connection. */
  readonly connections: number[][] = [];
  readonly #options: CheckingServiceOptions;
  /** The number of batches that it has not refused. */
  #batchCount = 0;

  constructor(options: CheckingServiceOptions) {
    this.#options = options;
  }

  open(_headers: unknown, observer: TransportObserver): ReturnType<Transport['open']> {
    const { scheduler } = this.#options;
    const batches: number[] = [];
    this.connections.push(batches);
    let isOver = false;
    const later = (act: () => void): void => {
      scheduler.schedule(() => isOver || act(), LATENCY_MS);
    };
    const end = (error: ZerobusError): void => {
      isOver = true;
      observer.onError(error);
    };
    const store = (records: readonly string[], offset: number): void => {
      if (records.some((record) => this.#options.refuses(record))) {
        end(refusal);
        return;
      }
      const fate = this.#options.fates?.[this.#batchCount++] ?? 'store';
      if (fate !== 'cut') {
        this.rows.push(...records);
      }
      if (fate === 'cut' || fate === 'cut after') {
        end(new ZerobusError('UNAVAILABLE', 'cut'));
        return;
      }
      observer.onMessage(ack(offset) as Uint8Array);
      if (fate === 'close signal' && !isOver) {
        observer.onMessage(closeSignal(5) as Uint8Array);
      }
    };
    return {
      write: (message) => {
        const request = EphemeralStreamRequest.deserializeBinary(message);
        const batch = request.getIngestRecordBatch();
        if (batch === undefined) {
          later(() => observer.onMessage(created() as Uint8Array));
        } else {
          const records = batch.getJsonBatch()?.getRecordsList() ?? [];
          batches.push(records.length);
          later(() => store(records, batch.getOffsetId() ?? 0));
        }
        return true;
      },
      halfClose: () =>
        later(() => {
          isOver = true;
          observer.onEnd();
        }),
      cancel: () => {
        isOver = true;
      },
    };
  }
}
