/**
 * Takes accepted rows: the port between the gRPC service and the storage.
 *
 * Rows travel as *row lines*: UTF-8 NDJSON, one line per row. Each line ends with `\n` and contains no other newline.
 * Every value is in Zerobus' JSON form and already validated against the table's columns:
 *
 * - TINYINT/SMALLINT/INT/BIGINT: integers with all their digits, also beyond 2^53
 * - FLOAT/DOUBLE: numbers, or the strings "NaN", "Infinity", "-Infinity"
 * - STRING/VARCHAR: strings
 * - BOOLEAN: booleans
 * - BINARY: base64 strings
 * - DATE: integer days since 1970-01-01
 * - TIMESTAMP/TIMESTAMP_NTZ: integer microseconds since 1970-01-01
 * - DECIMAL: strings
 * - VARIANT: a string with JSON text
 * - ARRAY: arrays
 * - MAP: objects whose keys are the text of the map's keys
 * - STRUCT: objects
 *
 * A column that is absent or null is NULL.
 *
 * DuckDB reads the lines (`read_json`, version 1.5), and it is particular about JSON. A row line must not have:
 *
 * - the same key twice in one object. DuckDB takes neither the first nor the last. It refuses the row if the object is
 *   a struct or the row itself, and a map with string keys would silently get both. `JSON.parse` takes the last, so
 *   write the line again with that one. Keys of a map that are equal as values, such as `"1"` and `"01"` of a MAP<INT,
 *   …>, are the same key.
 * - a key that differs from the name of the column or field in case: DuckDB would read NULL. Escapes in keys are fine.
 * - a lone surrogate (`"\ud800"`), bytes that are not UTF-8, an unescaped control character below U+0020, or a byte
 *   order mark. `"\u0000"`, surrogate pairs and DEL are fine, and so are blanks, tabs and `\r` between tokens.
 * - an integer with a fraction or an exponent: DuckDB rounds `1.5`, and reads `9007199254740993.0` through a double.
 * - a FLOAT whose number is beyond the range of 32 bits (`1e39`).
 * - base64 in the URL alphabet or without its padding.
 * - a date or timestamp outside the years 0001 to 9999: days -719162 to 2932896, microseconds -62135596800000000 to
 *   253402300799999999. This is Databricks' range. DuckDB's is wider, but ends before the range of the integers.
 * - in a VARIANT's JSON text: the same key twice in one object, half a surrogate pair, a number that is infinite as a
 *   double, or a value nested more than 500 deep.
 *
 * A row that breaks these rules is not lost, but it is expensive: it is set aside in the `rejected` folder of the
 * table's write-ahead log, and an error is reported.
 */
export interface RowSink {
  /**
   * Appends rows to the table's write-ahead log.
   *
   * @param fullName `catalog.schema.table`
   * @param rowLines the row lines of one request. They are atomic: either all of them survive a crash or none does.
   * @param rowCount how many lines there are
   * @returns resolves when the rows are on the disk. One fsync serves all appends that waited for it, and appends to
   * one table resolve in the order in which they were made. Rejects if the disk refuses the rows, which are then not
   * acknowledged.
   */
  append(fullName: string, rowLines: Buffer, rowCount: number): Promise<void>;
}
