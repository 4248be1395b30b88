import type { ErrorInfo } from '../wire/encodeStatusDetails.ts';
import type { SchemaCause } from './recordError.ts';

/** The number that the service gives a schema that does not fit the table. */
const SCHEMA_ERROR_CODE = '8001';

/**
 * The `ErrorInfo` of a record or a descriptor that does not fit its table: each cause once, in the order they were met.
 */
export function schemaRejection(causes: readonly SchemaCause[]): ErrorInfo {
  return {
    reason: 'SCHEMA_VALIDATION_FAILED',
    domain: 'zerobus.databricks.com',
    metadata: { causes: [...new Set(causes)].join(','), error_code: SCHEMA_ERROR_CODE },
  };
}
