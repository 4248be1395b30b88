import type { Lane } from './lane.ts';
import type { OnDropped, Overflow } from './overflow.ts';
import type { RejectionTaker } from './rejections.ts';
import type { MakeBuilder } from './sealTogether.ts';
import type { ServiceAccess } from './serviceAccess.ts';
import type { ResolvedStreamOptions } from './streamOptions.ts';
import type { StreamTable } from './streamTable.ts';

/** Options of `Ingestion`. */
export interface IngestionOptions<T> extends ServiceAccess, Pick<StreamTable, 'tableName' | 'creationRequest'> {
  readonly stream: ResolvedStreamOptions;
  readonly makeBuilder: MakeBuilder<T>;
  /**
   * Called when a source that can wait should pause (`true`), and when it may resume (`false`). See `Pressure`.
   */
  readonly onPressure?: ((isHigh: boolean) => void) | undefined;
  /**
   * Whether `Ingestion.add` throws `BUFFER_OVERFLOW` if more is in flight than the limits allow. Defaults to
   * `false`, for callers that wait for `Ingestion.hasRoom`.
   */
  readonly overflows?: boolean | undefined;
  /** Takes in records that cannot become durable. Defaults to none: such a record ends the stream. */
  readonly rejectionTaker?: RejectionTaker | undefined;
  /** What `Ingestion.admit` does if there is no room. Defaults to `error`. */
  readonly overflow?: Overflow | undefined;
  /** Called with the offsets of values that are dropped. */
  readonly onDropped?: OnDropped | undefined;
  /** Its place among the streams of an operator. Defaults to the only one. */
  readonly lane?: Lane | undefined;
}
