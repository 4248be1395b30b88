import type { TokenStore } from '../auth/tokenStore.ts';
import type { Activity } from '../faults/activity.ts';
import type { FaultInjector } from '../faults/faultInjector.ts';
import type { LiveStream } from '../faults/liveStream.ts';
import type { DeltaTable } from '../schema/deltaType.ts';
import type { RowSink } from '../storage/rowSink.ts';

/** What all streams of a server share. */
export interface IngestContext {
  readonly sink: RowSink;
  /** @returns the table of that full name, or undefined where it is not served */
  findTable(fullName: string): DeltaTable | undefined;
  /** @returns why the table takes no records at present, or undefined if it does */
  tableProblem(fullName: string): Error | undefined;
  /** The full names of all tables, for error messages. */
  tableNames(): readonly string[];
  /** Undefined: every token is accepted, and none is needed. */
  readonly tokens: TokenStore | undefined;
  readonly faults: FaultInjector;
  readonly activity: Activity;
  /** The streams that are open now. */
  readonly streams: Set<LiveStream>;
  /** Milliseconds until a stream is told to leave; undefined: never. */
  readonly rotateAfterMs: number | undefined;
  /** Milliseconds a stream that was told to leave may stay. */
  readonly rotationGraceMs: number;
  /** Destroys the connection that a call with this peer name runs on. */
  cutConnection(peer: string): void;
  /** Told of failures that are this server's own. */
  onError(error: unknown): void;
}
