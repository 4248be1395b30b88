import type { DeltaColumn, DeltaTable } from '../schema/deltaType.ts';

/**
 * Checks that a table whose columns are those of its declaration also is what the declaration says, as far as it
 * matters to rows. Comments, properties, clustering and keys may differ.
 *
 * @returns the first difference in words; undefined if the declaration is fine
 */
export function declarationProblem(declared: DeltaTable, existing: DeltaTable): string | undefined {
  const [now, before] = [declared, existing].map(partitioning);
  return (
    valuesProblem(declared.columns, existing.columns) ??
    (now === before ? undefined : `it is ${before}, but is declared to be ${now}`)
  );
}

function partitioning({ partitionColumns = [] }: DeltaTable): string {
  return partitionColumns.length === 0 ? 'not partitioned' : `partitioned by ${partitionColumns.join(', ')}`;
}

/** Checks that columns without a value in a record are filled in the same way. */
function valuesProblem(declared: readonly DeltaColumn[], existing: readonly DeltaColumn[]): string | undefined {
  for (const column of declared) {
    const own = existing.find(({ name }) => name === column.name);
    const [now, before] = [filling(column), own && filling(own)];
    if (now !== before) {
      return `column ${column.name} has ${before ?? 'no values of its own'}, but is declared with ${now ?? 'none'}`;
    }
  }
  return undefined;
}

function filling({ default: initial, generated, identity }: DeltaColumn): string | undefined {
  if (identity !== undefined) {
    const { start, step, allowExplicitInsert } = identity;
    return `GENERATED ${allowExplicitInsert ? 'BY DEFAULT' : 'ALWAYS'} AS IDENTITY (START WITH ${start} INCREMENT BY ${step})`;
  }
  if (generated !== undefined) {
    return `GENERATED ALWAYS AS (${generated})`;
  }
  return initial === undefined ? undefined : `DEFAULT ${initial}`;
}
