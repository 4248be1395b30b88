import {
  BLOB,
  DuckDBBlobValue,
  type DuckDBBlobVector,
  DuckDBScalarFunction,
  DuckDBStructValue,
  STRUCT,
} from '@duckdb/node-api';
import { toError } from '../toError.ts';
import { encodeVariant } from '../variant/encodeVariant.ts';

/** The name of `variantFunction` in SQL. */
export const VARIANT_FUNCTION_NAME = 'zerobus_variant';

/**
 * A SQL function that converts JSON text, as a BLOB in UTF-8, into the group of two binaries that Parquet stores as a
 * variant. DuckDB's own writer of variants stores a string of 64 bytes as an empty one, and does not sort the keys of
 * objects.
 *
 * It runs on the thread of the event loop, once for about two thousand values.
 */
export function variantFunction(): DuckDBScalarFunction {
  return DuckDBScalarFunction.create({
    name: VARIANT_FUNCTION_NAME,
    parameterTypes: [BLOB],
    returnType: STRUCT({ metadata: BLOB, value: BLOB }),
    mainFunction: (info, input, output) => {
      try {
        const texts = input.getColumnVector(0) as DuckDBBlobVector;
        for (let row = 0; row < texts.itemCount; row++) {
          const text = texts.getItemBytes(row);
          output.setItem(row, text === null ? null : encoded(text));
        }
        output.flush();
      } catch (error) {
        info.setError(toError(error).message);
      }
    },
  });
}

function encoded(text: Uint8Array): DuckDBStructValue {
  const { metadata, value } = encodeVariant(Buffer.from(text.buffer, text.byteOffset, text.byteLength));
  return new DuckDBStructValue({ metadata: new DuckDBBlobValue(metadata), value: new DuckDBBlobValue(value) });
}
