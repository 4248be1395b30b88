import type { AccessTokens } from '../auth/accessTokens.ts';
import type { Activity } from '../faults/activity.ts';
import type { FaultInjector } from '../faults/faultInjector.ts';
import type { LiveStream } from '../faults/liveStream.ts';
import type { LiveMonitor } from '../live/liveMonitor.ts';
import type { DeltaTable } from '../schema/deltaType.ts';
import type { RowSink } from '../storage/rowSink.ts';

/** The server's parts that take records, over gRPC and over REST. */
export interface IngestParts {
  readonly sink: RowSink;
  /** @returns the table of that full name; undefined if it is not served */
  findTable(fullName: string): DeltaTable | undefined;
  /** @returns why the table takes no records at present; undefined if it does */
  tableProblem(fullName: string): Error | undefined;
  /** The full names of all tables, for error messages. */
  tableNames(): readonly string[];
  /** The valid tokens; undefined if clients need no token. */
  readonly tokens: AccessTokens | undefined;
  readonly faults: FaultInjector;
  readonly activity: Activity;
  readonly monitor: LiveMonitor;
  /** The streams that are open, and the REST requests that are not answered. */
  readonly streams: Set<LiveStream>;
  /** Called with failures of this server, which no client has caused. */
  onError(error: unknown): void;
}
