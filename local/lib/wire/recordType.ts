/** `databricks.zerobus.RecordType`: the encoding of a stream's records. */
export const RecordType = { unspecified: 0, proto: 1, json: 2, avro: 4 } as const;

/** A number of `databricks.zerobus.RecordType` that a record can have on the wire. */
export type EncodedRecordType = typeof RecordType.proto | typeof RecordType.json | typeof RecordType.avro;

/** The name of a record type in the `.proto`. If it has none, its number. */
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
