/**
 * Where accepted rows go: the port between the gRPC service and the storage.
 *
 * Rows travel as *row lines*: UTF-8 NDJSON, one line a row, each ended by `\n`, no other newline inside, every value in
 * Zerobus' own JSON form, already validated against the table's columns:
 * TINYINT/SMALLINT/INT/BIGINT integers (all digits kept, also past 2^53) · FLOAT/DOUBLE numbers, or the strings "NaN",
 * "Infinity", "-Infinity" · STRING/VARCHAR strings · BOOLEAN · BINARY base64 strings · DATE integer days since 1970-01-01 ·
 * TIMESTAMP/TIMESTAMP_NTZ integer microseconds since 1970-01-01 · DECIMAL strings · VARIANT a string with JSON text ·
 * ARRAY arrays · MAP objects (keys are the key's text) · STRUCT objects. A column that is absent or null is NULL.
 */
export interface RowSink {
  /**
   * Appends rows to the table's write-ahead log.
   *
   * @param fullName `catalog.schema.table`
   * @param rowLines the row lines of one request: atomic, all of them survive a crash or none does
   * @param rowCount how many lines
   * @returns resolves once they are on disk (one fsync serves all appends that waited for it); appends to one table
   * resolve in the order they were made. Rejects where the disk refuses; the rows are then not acknowledged.
   */
  append(fullName: string, rowLines: Buffer, rowCount: number): Promise<void>;
}
