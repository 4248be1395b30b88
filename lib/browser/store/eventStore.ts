import type { KeptEvent, RequestLimits } from '../request/requestText.ts';

/** How far the events of a client are. Each operation of a store returns it. */
export interface Progress {
  /** The client of the events, a UUID. Another one than before: the events of the former are gone. */
  readonly client: string;
  /** The client keeps no event up to this sequence number: all are durable, or were refused or dropped. */
  readonly done: number;
}

/** What a store says of events that were to be added. */
export interface Added extends Progress {
  /** The sequence number of the first one. The others follow without gaps. */
  readonly first: number;
  /** How many of them were added, from the first one on. The others had no room. */
  readonly count: number;
  /** How many events were dropped, the oldest that were not sent, so that these had room. */
  readonly dropped: number;
}

/** The oldest events, which are to be sent next. */
export interface Taken extends Progress {
  readonly events: readonly KeptEvent[];
}

/** Limits of what a store keeps, and what happens at them. */
export interface StoreLimits {
  readonly events: number;
  readonly bytes: number;
  /** Whether the oldest events that were not sent make room for others. */
  readonly dropsOldest: boolean;
}

/** Keeps the events of a client until the gateway has them. */
export interface EventStore {
  /** Whether it outlives the page. */
  readonly isPersistent: boolean;
  /**
   * Adds the JSON texts of events.
   *
   * @param isUrgent whether the page may be gone in this turn: the events are added without a look at the limits, which
   * would need another turn
   */
  add(texts: readonly string[], isUrgent: boolean): Promise<Added>;
  /** Returns the oldest events, and counts them as sent from now on. */
  take(limits: RequestLimits): Promise<Taken>;
  /** Removes the events of {@link take}, if they are still those of this client. */
  remove(client: string, events: readonly KeptEvent[]): Promise<Progress>;
  /** Drops so many of the oldest events that were not sent, and returns how many there were. */
  dropOldest(count: number): Promise<number>;
  /** Returns how far the events are. */
  progress(): Promise<Progress>;
  /** Closes what is open, once running operations are through. The next operation opens it again. */
  close(): void;
}
