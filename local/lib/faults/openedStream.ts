/** A stream that was opened. */
export interface OpenedStream {
  readonly streamId: string;
  /** `catalog.schema.table` */
  readonly tableName: string;
  readonly recordType: 'JSON' | 'PROTO';
  /** The client's `user-agent`. */
  readonly userAgent: string;
}
