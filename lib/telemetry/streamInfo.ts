/**
 * A stream, in the messages of the diagnostics channels. It is the same object in every message of the stream, and can
 * be kept as a key.
 */
export interface StreamInfo {
  /** The number of the stream in this process, from 1 on. */
  readonly id: number;
  /** `catalog.schema.table` */
  readonly table: string;
  /** The host of the endpoint. `undefined` in tests without a network. */
  readonly serverAddress: string | undefined;
  /** The port of the endpoint. */
  readonly serverPort: number | undefined;
  /** The number of the stream, from 0 on, if the operator has several `streams`. */
  readonly number: number | undefined;
  /** The number of records that were accepted and are not durable, read now. */
  readonly inflightRecords: number;
  /** The number of bytes that these records take, read now. */
  readonly inflightBytes: number;
}
