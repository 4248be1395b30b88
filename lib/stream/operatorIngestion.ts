import type { Observer } from 'rxjs';
import { checkFunction } from '../errors/checkFunction.ts';
import { integerAtLeast } from '../errors/checkNumber.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import type { TableDefinition } from '../table/tableDefinition.ts';
import { ingestionFactory } from './ingestionFactory.ts';
import type { SourceIngestion } from './ingestSource.ts';
import { checkOverflow, type Overflow } from './overflow.ts';
import type { PartitionBy } from './partition.ts';
import type { RejectionTaker } from './rejections.ts';
import type { AccessOptions } from './serviceAccess.ts';
import { SparseRing } from './sparseRing.ts';
import type { StreamOptions } from './streamOptions.ts';
import type { ZerobusRecord } from './streamTable.ts';
import { ValueRing } from './valueRing.ts';

/** Each stream has a connection and a batch of its own, so a number that is mistyped would take all memory. */
const MOST_STREAMS = 10_000;

/** The options that operators have in common. */
export interface OperatorOptions extends AccessOptions, StreamOptions {
  readonly descriptor?: Uint8Array | undefined;
  readonly backpressure?: Partial<Observer<boolean>> | undefined;
  readonly streams?: number | undefined;
  readonly partitionBy?: PartitionBy<ZerobusRecord> | undefined;
  readonly overflow?: Overflow | undefined;
}

/** The values of a source that the watermark has not passed. */
export type Values<T> = ValueRing<T> | SparseRing<T>;

/** Creates a place for the values of a source. */
export function valuesFor<T>(overflow: Overflow | undefined): Values<T> {
  return overflow === undefined || overflow === 'error' ? new ValueRing() : new SparseRing();
}

/** What differs from subscription to subscription. */
export interface SubscriptionOptions {
  readonly rejectionTaker: RejectionTaker | undefined;
  /** The values of the source, if they are kept until the watermark passes them. */
  readonly values: Values<unknown> | undefined;
}

/**
 * Checks the options of an operator.
 *
 * @returns a function that creates what takes the values of a source, for each subscription
 * @throws {@link ZerobusError} `INVALID_TABLE_NAME`, `INVALID_ENDPOINT` or `INVALID_OPTIONS` if an argument is
 * malformed
 */
export function operatorIngestion(
  table: string | TableDefinition<object>,
  options: OperatorOptions,
): (subscription: SubscriptionOptions) => SourceIngestion {
  const { descriptor, backpressure, partitionBy } = options;
  const streams = integerAtLeast(1, 'streams', options.streams ?? 1);
  if (streams > MOST_STREAMS) {
    throw new ZerobusError('INVALID_OPTIONS', `streams must be at most ${MOST_STREAMS}, got ${streams}.`);
  }
  if (partitionBy !== undefined) {
    checkFunction('partitionBy', partitionBy, '(record) => … ');
  }
  const { make, makeLanes } = ingestionFactory({ table, descriptor }, options, options);
  /** What the observer was notified of last. */
  let isPaused = false;
  const onPressure =
    backpressure &&
    ((isHigh: boolean): void => {
      isPaused = isHigh;
      backpressure.next?.(isHigh);
    });
  const overflow = checkOverflow(options.overflow);
  return ({ rejectionTaker, values }) => {
    if (isPaused) {
      // The stream before has ended while its load was high. Nothing else would let a source that waits resume.
      onPressure?.(false);
    }
    const onDropped = values instanceof SparseRing ? values.drop.bind(values) : undefined;
    const shared = { onPressure, overflow, onDropped, rejectionTaker };
    return streams === 1
      ? make({ ...shared, overflows: overflow === 'error' })
      : makeLanes({ ...shared, streams, partitionBy, keptCount: () => values?.size ?? 0 });
  };
}
