import { joinVariantLeaves } from './joinVariantLeaves.ts';
import { mendFloatColumns } from './mendFloatColumns.ts';
import { changeFooter } from './parquetFooter.ts';

/** What a Parquet file has that DuckDB does not describe as other readers need it. */
export interface FooterNeeds {
  /** Whether there are columns or struct fields with variants, which are written in halves. */
  readonly hasVariants: boolean;
  /** Whether there are FLOAT or DOUBLE columns. */
  readonly hasFloats: boolean;
}

/**
 * Rewrites the footer of a Parquet file that DuckDB has written, if it must be. The pages stay as they are.
 *
 * @returns paths of the FLOAT and DOUBLE columns that contain NaN, such as `"st"."x"`
 */
export async function mendFooter(path: string, { hasVariants, hasFloats }: FooterNeeds): Promise<ReadonlySet<string>> {
  let withNaN: ReadonlySet<string> | undefined;
  // Decoding a footer takes about 10 KB of heap for each column of each row group.
  if (hasVariants || hasFloats) {
    await changeFooter(path, (metaData) => {
      if (hasVariants) {
        joinVariantLeaves(metaData);
      }
      withNaN = hasFloats ? mendFloatColumns(metaData) : undefined;
      return hasVariants || withNaN !== undefined;
    });
  }
  return withNaN ?? new Set();
}
