import type { ZerobusError } from '../errors/zerobusError.ts';

/** What happens to the events of a page, for the option `events`. It never contains an event, or a header. */
export type GatewayEvent = {
  /** The time in milliseconds, as the scheduler counts it. */
  readonly at: number;
} & GatewayEventDetails;

/** What happens to the events of a page, without its time. */
export type GatewayEventDetails =
  /** Events of this page are kept now. One notice for each transaction. */
  | { readonly kind: 'stored'; readonly count: number; readonly first: number; readonly last: number }
  /** A request is sent, with these sequence numbers. */
  | {
      readonly kind: 'sent';
      readonly count: number;
      readonly bytes: number;
      readonly first: number;
      readonly last: number;
    }
  /** All events of the client up to this sequence number are settled: durable, refused or dropped. */
  | { readonly kind: 'durable'; readonly sequence: number }
  /**
   * An event has no row, and never will. It has a sequence number if the gateway has refused it, and an offset if it is
   * one of this page.
   */
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly message: string;
      readonly sequence?: number | undefined;
      readonly offset?: number | undefined;
    }
  /** A request failed, and follows again after this wait. `attempt` counts them since the last success, from 1. */
  | { readonly kind: 'retry'; readonly attempt: number; readonly waitMs: number; readonly reason: string }
  /** From now on, this page sends the events of all tabs, or another one does. */
  | { readonly kind: 'leader'; readonly isLeader: boolean }
  /**
   * Events were dropped: by the option `overflow`, because the browser has no room left for the site, or because the
   * user has cleared the data of the site.
   */
  | { readonly kind: 'dropped'; readonly count: number; readonly reason: 'overflow' | 'quota' | 'cleared' }
  /** A beacon was handed to the browser, which says whether it will send it. That is no delivery. */
  | { readonly kind: 'beacon'; readonly count: number; readonly bytes: number; readonly isAccepted: boolean }
  /** The browser has closed IndexedDB. It is opened again for the next event. */
  | { readonly kind: 'storageClosed' }
  /** IndexedDB cannot be used, and events are kept in memory, as the option `fallback` says. */
  | { readonly kind: 'memory'; readonly error: ZerobusError };
