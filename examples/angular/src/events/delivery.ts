import type { GatewayEvent } from 'rxjs-zerobus/browser';

/** How far the events of this page are. Each number is at most the one before it. */
export interface Delivery {
  /** The calls of `track`. */
  readonly tracked: number;
  /** In IndexedDB: they outlive the page. */
  readonly stored: number;
  /** On their way to the gateway, or further. */
  readonly sent: number;
  /** Settled: rows of the table, or among `refused` and `dropped`. */
  readonly durable: number;
  readonly refused: number;
  readonly dropped: number;
  /** Whether this tab sends the events of all tabs. */
  readonly isLeader: boolean;
  /** Whether IndexedDB cannot be used, so that events are lost with the page. */
  readonly isMemory: boolean;
  /** Why the last request failed, if it did. */
  readonly retry: { readonly attempt: number; readonly reason: string } | undefined;
  /** What has ended the stream, if it has. */
  readonly failure: { readonly code: string; readonly message: string } | undefined;
}

/** The beginning. */
export const nothingTracked: Delivery = {
  tracked: 0,
  stored: 0,
  sent: 0,
  durable: 0,
  refused: 0,
  dropped: 0,
  isLeader: false,
  isMemory: false,
  retry: undefined,
  failure: undefined,
};

/** Returns what an event of the stream changes, apart from `stored` and `sent`, which need the sequence numbers. */
export function changesBy(event: GatewayEvent, { refused, dropped }: Delivery): Partial<Delivery> {
  switch (event.kind) {
    case 'durable':
      return { retry: undefined };
    case 'retry':
      return { retry: { attempt: event.attempt, reason: event.reason } };
    case 'leader':
      return { isLeader: event.isLeader, retry: undefined };
    case 'memory':
      return { isMemory: true };
    case 'refused':
      return event.offset === undefined ? {} : { refused: refused + 1 };
    case 'dropped':
      return { dropped: dropped + event.count };
    default:
      return {};
  }
}
