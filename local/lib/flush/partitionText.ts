import type { DeltaType } from '../schema/deltaType.ts';

/**
 * The SQL expression of a value as Delta's log has it as a partition value. NULL, an empty text and an empty binary are
 * the null partition, as the protocol has no other form for an empty value.
 *
 * @param type a type that {@link partitionTypeProblem} accepts
 */
export function partitionText(type: DeltaType, value: string): string {
  switch (type.kind) {
    case 'string':
    case 'varchar':
      return `nullif(${value}, '')`;
    case 'binary':
      // Readers take the text's UTF-8 bytes.
      return `nullif(decode(${value}), '')`;
    case 'timestamp':
      return `strftime(${value} AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')`;
    case 'timestamp_ntz':
      return `strftime(${value}, '%Y-%m-%d %H:%M:%S.%f')`;
    case 'float':
    case 'double':
      // DuckDB's own nan and inf are not understood by every reader.
      return (
        `CASE WHEN isnan(${value}) THEN 'NaN' WHEN isinf(${value}) THEN if(${value} > 0, 'Infinity', '-Infinity') ` +
        `ELSE CAST(${value} AS VARCHAR) END`
      );
    default:
      return `CAST(${value} AS VARCHAR)`;
  }
}
