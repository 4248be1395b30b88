import type { FaultStatus } from './faultStatus.ts';

/** An open stream, as fault injection sees it. */
export interface LiveStream {
  readonly streamId: string;
  readonly tableName: string;
  /** Ends the stream with a status, after the acks of what is durable. */
  closeWith(status: FaultStatus): void;
  /** Asks the client to leave within `durationMs` milliseconds, and ends the stream then. */
  signalClose(durationMs: number): void;
  /** Destroys the connection that the stream runs on. */
  cut(): void;
}
