import type { RecordPayload } from '../../errors/zerobusError.ts';
import type { ReceivedBatch, VirtualConnection } from '../virtualConnection.ts';

/** A batch that has arrived. */
export interface Delivery extends ReceivedBatch {
  readonly connection: VirtualConnection;
  /** The numbers of its records, which rise. */
  readonly numbers: readonly number[];
}

/** What an ack of everything up to a record means on the wire. */
export type AckPlan =
  | { readonly kind: 'acks'; readonly upTo: readonly Delivery[] }
  | { readonly kind: 'overAck'; readonly connection: VirtualConnection; readonly physicalOffset: number }
  | { readonly kind: 'impossible'; readonly reason: string };

/** What has arrived on an open connection. */
interface Inbox {
  readonly deliveries: Delivery[];
  durableCount: number;
  /** Whether everything on it was sent before, on a connection that is over. */
  isReplay: boolean;
}

/**
 * The records that have arrived, numbered in order: 0, 1, 2 … A record that is sent again after its connection broke
 * keeps its number. So the numbers are the offsets of the stream, if every record of it was sent.
 */
export class Deliveries {
  readonly #onDurable: (delivery: Delivery) => void;
  readonly #inboxes = new Map<VirtualConnection, Inbox>();
  /** The numbers of records that may be sent again, by their payload. */
  readonly #lost = new Map<string, number[]>();
  #nextNumber = 0;

  /** @param onDurable called with each batch that becomes durable, in order */
  constructor(onDurable: (delivery: Delivery) => void) {
    this.#onDurable = onDurable;
  }

  /** The open connections, in the order of their opening. */
  get connections(): readonly VirtualConnection[] {
    return [...this.#inboxes.keys()];
  }

  /** Adds a connection that is opened. */
  open(connection: VirtualConnection): void {
    this.#inboxes.set(connection, { deliveries: [], durableCount: 0, isReplay: true });
  }

  /** Removes a connection that is over. What is not durable on it may be sent again on another one. */
  close(connection: VirtualConnection): void {
    const { deliveries = [], durableCount = 0 } = this.#inboxes.get(connection) ?? {};
    this.#inboxes.delete(connection);
    for (const { numbers, records } of deliveries.slice(durableCount)) {
      for (const [index, number] of numbers.entries()) {
        this.#lose(number, records[index] ?? '');
      }
    }
  }

  /** Adds a batch that has arrived on an open connection. */
  add(connection: VirtualConnection, batch: ReceivedBatch): Delivery {
    const inbox = this.#inboxes.get(connection);
    const delivery = { ...batch, connection, numbers: batch.records.map((payload) => this.#numberOf(inbox, payload)) };
    inbox?.deliveries.push(delivery);
    return delivery;
  }

  /** Acknowledges a batch and all before it on its connection, unless the connection is over. */
  acknowledge(delivery: Delivery): void {
    const inbox = this.#inboxes.get(delivery.connection);
    if (inbox === undefined) {
      return;
    }
    const { deliveries, durableCount } = inbox;
    inbox.durableCount = Math.max(durableCount, deliveries.indexOf(delivery) + 1);
    for (const durable of deliveries.slice(durableCount, inbox.durableCount)) {
      this.#onDurable(durable);
    }
    delivery.connection.ack(delivery.physicalOffset);
  }

  /**
   * Says how to acknowledge everything up to a record.
   *
   * @param newest the open connection that was opened last
   */
  plan(number: number, newest: VirtualConnection): AckPlan {
    if (number < 0 || number >= this.#nextNumber) {
      const physicalOffset = number < 0 ? number : (this.#inboxes.get(newest)?.deliveries.length ?? 0);
      return { kind: 'overAck', connection: newest, physicalOffset };
    }
    const inboxes = [...this.#inboxes.values()];
    const holder = inboxes.flatMap(({ deliveries }) => deliveries).find(({ numbers }) => numbers.includes(number));
    if (holder === undefined) {
      return impossible('it has not arrived on an open connection, and the acks of another connection do not count');
    }
    if (lastOf(holder) !== number) {
      return impossible(
        `it is in the batch of records ${holder.numbers[0]} to ${lastOf(holder)}, which is acknowledged as a whole: ` +
          `acknowledge ${lastOf(holder)}, or set maxBatchRecords to 1`,
      );
    }
    const upTo = inboxes.flatMap(
      ({ deliveries, durableCount }) =>
        deliveries
          .slice(durableCount)
          .filter((each) => lastOf(each) <= number)
          .at(-1) ?? [],
    );
    return { kind: 'acks', upTo: upTo.length > 0 ? upTo : [holder] };
  }

  #lose(number: number, payload: RecordPayload): void {
    const key = keyOf(payload);
    const numbers = this.#lost.get(key) ?? [];
    const isInOrder = number > (numbers.at(-1) ?? -1);
    numbers.push(number);
    this.#lost.set(key, isInOrder ? numbers : numbers.sort((a, b) => a - b));
  }

  /** Replays come first on a connection, in order. Records that the client has rejected meanwhile are missing. */
  #numberOf(inbox: Inbox | undefined, payload: RecordPayload): number {
    const lost = inbox?.isReplay === true ? this.#lost.get(keyOf(payload))?.shift() : undefined;
    if (lost === undefined && inbox !== undefined) {
      inbox.isReplay = false;
    }
    return lost ?? this.#nextNumber++;
  }
}

function lastOf({ numbers }: Delivery): number {
  return numbers.at(-1) ?? -1;
}

function impossible(reason: string): AckPlan {
  return { kind: 'impossible', reason };
}

function keyOf(payload: RecordPayload): string {
  return typeof payload === 'string' ? payload : Buffer.from(payload).toString('latin1');
}
