import type { ActiveFault } from './faultView.ts';
import type { Refusal, Sample } from './overview.ts';
import type { Rejection } from './rejection.ts';
import type { StreamView } from './streamView.ts';
import type { TableSummary } from './tableView.ts';
import type { TokenView } from './tokenView.ts';

/** `GET /api/local/events`, a stream of Server-Sent Events: the types of the events by their names. */
export interface LiveEvents {
  /** Once a second. */
  readonly sample: Sample;
  /** All open streams, once a second if any of them has changed. */
  readonly streams: readonly StreamView[];
  readonly refusal: Refusal;
  readonly rejection: Rejection;
  readonly token: TokenView;
  /** All tables, at most once a second if any of them has changed. */
  readonly tables: readonly TableSummary[];
  /** All faults in force, after one was injected, has happened or was cleared. */
  readonly faults: readonly ActiveFault[];
}
