/** `databricks.zerobus.RecordType`: how the records of a stream are encoded. */
export const RecordType = { unspecified: 0, proto: 1, json: 2, avro: 4 } as const;

/** A number of `databricks.zerobus.RecordType` that a record can have on the wire. */
export type EncodedRecordType = typeof RecordType.proto | typeof RecordType.json | typeof RecordType.avro;

/** The name of a record type as the `.proto` writes it, or its number where it has none. */
export function recordTypeName(recordType: number): string {
  switch (recordType) {
    case RecordType.unspecified:
      return 'RECORD_TYPE_UNSPECIFIED';
    case RecordType.proto:
      return 'PROTO';
    case RecordType.json:
      return 'JSON';
    case RecordType.avro:
      return 'AVRO';
    default:
      return String(recordType);
  }
}
