import type { AccessTokens } from '../auth/accessTokens.ts';
import type { Activity } from '../faults/activity.ts';
import type { FaultInjector } from '../faults/faultInjector.ts';
import type { LiveStream } from '../faults/liveStream.ts';
import type { DeltaTable } from '../schema/deltaType.ts';
import type { RowSink } from '../storage/rowSink.ts';

/** The server's parts that all streams share. */
export interface IngestContext {
  readonly sink: RowSink;
  /** @returns the table of that full name; undefined if it is not served */
  findTable(fullName: string): DeltaTable | undefined;
  /** @returns why the table takes no records at present; undefined if it does */
  tableProblem(fullName: string): Error | undefined;
  /** The full names of all tables, for error messages. */
  tableNames(): readonly string[];
  /** Verifies tokens; undefined if streams need no token. */
  readonly tokens: AccessTokens | undefined;
  readonly faults: FaultInjector;
  readonly activity: Activity;
  /** The streams that are open now. */
  readonly streams: Set<LiveStream>;
  /** Age at which a stream gets a close signal, in ms; undefined for never. */
  readonly rotateAfterMs: number | undefined;
  /** How long a stream may stay after a close signal, in ms. */
  readonly rotationGraceMs: number;
  /** Destroys the connection of the call with this peer name. */
  cutConnection(peer: string): void;
  /** Called with failures of this server, which no client has caused. */
  onError(error: unknown): void;
}
