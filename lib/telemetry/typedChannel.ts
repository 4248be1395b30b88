/** A channel of `node:diagnostics_channel`, and the type of its messages. */
export interface TypedChannel<Message> {
  readonly name: string | symbol;
  /** Whether something listens. */
  readonly hasSubscribers: boolean;
  /** Calls all subscribers. What they throw becomes an uncaught exception of the process, and never returns here. */
  publish(message: Message): void;
}

/** The messages of a channel without their stream. */
export type DetailsOf<Message> = Message extends unknown ? Omit<Message, 'stream'> : never;
