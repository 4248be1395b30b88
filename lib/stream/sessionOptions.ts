import type { Observable } from 'rxjs';
import type { Lane } from './lane.ts';
import type { Outbox } from './outbox.ts';
import type { ServiceAccess } from './serviceAccess.ts';
import type { ResolvedStreamOptions } from './streamOptions.ts';
import type { StreamTable } from './streamTable.ts';

/** Options of {@link openSession}. */
export interface SessionOptions
  extends Pick<ServiceAccess, 'transport' | 'headers$'>,
    Pick<StreamTable, 'creationRequest'>,
    Pick<
      ResolvedStreamOptions,
      | 'recoveryTimeoutMs'
      | 'recoveryBackoffMaxMs'
      | 'serverLackOfAckTimeoutMs'
      | 'streamPausedMaxWaitTimeMs'
      | 'scheduler'
    > {
  readonly outbox: Pick<
    Outbox<unknown>,
    'takeNext' | 'takeDurable' | 'acknowledge' | 'sentCount' | 'isHeldBack' | 'isIdle' | 'isFinished'
  >;
  /** Emits when the outbox may have something new to send, or is finished. */
  readonly wake$: Observable<void>;
  /** Its place among the streams of an operator. Defaults to the only one. */
  readonly lane?: Pick<Lane, 'progressCount'> | undefined;
}
