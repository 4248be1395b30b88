/** `GET /api/local/rejections`: a record that its table has refused. At most 200 are kept, newest first. */
export interface Rejection {
  /** Counts the rejections since the server has started. */
  readonly id: number;
  /** Milliseconds since 1970-01-01. */
  readonly atMs: number;
  /** `catalog.schema.table` */
  readonly tableName: string;
  /** How the record came. */
  readonly via: 'gRPC' | 'REST';
  /** Why, in words. They may quote the record. */
  readonly reason: string;
  /** The causes as `ErrorInfo` names them: `TYPE_INCOMPATIBLE`. Empty if the record could not be read. */
  readonly causes: readonly string[];
  /** The record's place in its request, and the value's place in the record: `records[3].tags[1]`. */
  readonly place: string;
  /** The offset of the request in its stream. Absent for REST. */
  readonly offset?: number;
  /** The beginning of the record: JSON text, or the bytes of a protobuf message in hexadecimal. */
  readonly record: string;
  readonly recordType: 'JSON' | 'PROTO';
  /** Its length as it arrived. */
  readonly recordBytes: number;
  /** Whether `record` is not all of it. */
  readonly isCut: boolean;
  /** The client's address and port. */
  readonly client: string;
  /** The client's `user-agent`; '' if it has sent none. */
  readonly userAgent: string;
}
