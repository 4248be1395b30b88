/** `GET /api/local/streams`: an open stream. */
export interface StreamView {
  readonly streamId: string;
  /** `catalog.schema.table` */
  readonly tableName: string;
  readonly recordType: 'JSON' | 'PROTO';
  /** The client's address and port. */
  readonly client: string;
  /** The client's `user-agent`; '' if it has sent none. */
  readonly userAgent: string;
  /** Milliseconds since 1970-01-01. */
  readonly openedAtMs: number;
  /** The last offset that was acknowledged, as the stream counts its requests; -1 before the first. */
  readonly watermark: number;
  readonly recordsAccepted: number;
  readonly inFlightRecords: number;
  readonly inFlightBytes: number;
  /** When the stream gets a close signal, in milliseconds since 1970-01-01. Absent if it gets none. */
  readonly rotatesAtMs?: number;
}
