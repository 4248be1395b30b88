import { BLOB, DuckDBBlobValue, type DuckDBBlobVector, DuckDBScalarFunction } from '@duckdb/node-api';
import { toError } from '../toError.ts';
import { widenDecimals } from '../variant/widenDecimals.ts';

/** The name of `wideDecimalsFunction` in SQL. */
export const WIDE_DECIMALS_FUNCTION_NAME = 'zerobus_wide_decimals';

/** A SQL function that applies `widenDecimals` to the stored value of a variant before DuckDB reads it. */
export function wideDecimalsFunction(): DuckDBScalarFunction {
  return DuckDBScalarFunction.create({
    name: WIDE_DECIMALS_FUNCTION_NAME,
    parameterTypes: [BLOB],
    returnType: BLOB,
    mainFunction: (info, input, output) => {
      try {
        const values = input.getColumnVector(0) as DuckDBBlobVector;
        for (let row = 0; row < values.itemCount; row++) {
          const value = values.getItemBytes(row);
          output.setItem(row, value === null ? null : new DuckDBBlobValue(readable(value)));
        }
        output.flush();
      } catch (error) {
        info.setError(toError(error).message);
      }
    },
  });
}

/** A value that can't be parsed is left as it is: DuckDB reports its own error. */
function readable(value: Uint8Array): Buffer {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  try {
    return widenDecimals(bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) {
      throw error;
    }
    return bytes;
  }
}
