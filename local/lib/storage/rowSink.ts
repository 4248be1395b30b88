/**
 * Where accepted rows go: the port between the gRPC service and the storage.
 *
 * Rows travel as *row lines*: UTF-8 NDJSON, one line a row, each ended by `\n`, no other newline inside, every value in
 * Zerobus' own JSON form, already validated against the table's columns:
 * TINYINT/SMALLINT/INT/BIGINT integers (all digits kept, also past 2^53) · FLOAT/DOUBLE numbers, or the strings "NaN",
 * "Infinity", "-Infinity" · STRING/VARCHAR strings · BOOLEAN · BINARY base64 strings · DATE integer days since
 * 1970-01-01 · TIMESTAMP/TIMESTAMP_NTZ integer microseconds since 1970-01-01 · DECIMAL strings · VARIANT a string with
 * JSON text · ARRAY arrays · MAP objects (keys are the key's text) · STRUCT objects. A column that is absent or null is
 * NULL.
 *
 * DuckDB reads the lines (`read_json`, version 1.5), and it has its own mind about JSON. A row line must not have:
 * - the same key twice in one object: DuckDB takes neither the first nor the last, it refuses the row (of a struct or
 *   the row itself; a map of string keys would silently get both). `JSON.parse` takes the last, so write the line anew
 *   with that one. Keys of a map that are equal as values, such as `"1"` and `"01"` of a MAP<INT, …>, are the same key;
 * - a key that differs from the column's or field's name in case: DuckDB would read NULL. Escapes in keys are fine;
 * - a lone surrogate (`"\ud800"`), bytes that aren't UTF-8, a control character below U+0020 that isn't escaped, or a
 *   byte order mark. `"\u0000"`, surrogate pairs and DEL are fine, and so are blanks, tabs and `\r` between tokens;
 * - an integer with a fraction or an exponent: DuckDB rounds `1.5`, and reads `9007199254740993.0` through a double;
 * - a FLOAT whose number is beyond the range of 32 bits (`1e39`);
 * - base64 of the URL alphabet or without its padding;
 * - a date or timestamp outside the years 0001 to 9999: days -719162 to 2932896, microseconds -62135596800000000 to
 *   253402300799999999 (Databricks' own range; DuckDB's is wider, but ends before that of the integers);
 * - in a VARIANT's JSON text, a key twice in one object, half a surrogate pair, a number that is infinite as a double,
 *   or a value more than 500 deep.
 *
 * A row that breaks this is not lost, but it costs: it is set aside in the `rejected` folder of the table's write-ahead
 * log, and an error is reported.
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
