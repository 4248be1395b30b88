import { bigint, int, string, struct } from '../../lib/table/columnBuilders.ts';
import { defineTable } from '../../lib/table/defineTable.ts';
import type { TableDefinition } from '../../lib/table/tableDefinition.ts';

/** A row of the tables under chaos. Its number says what the other columns must be. */
export interface ChaosRow {
  readonly n: number;
  readonly m: number;
  readonly payload: string;
  readonly s: { readonly x: number };
}

/** Names of the tables, in the schema `main.chaos`. */
export const chaosTableNames = ['alpha', 'beta'] as const;

/** Their definitions. The columns are those of the torture in `local/spec/torture`, whose reader checks them. */
export const chaosTables: readonly string[] = chaosTableNames.map(
  (name) => `CREATE TABLE main.chaos.${name} (n BIGINT NOT NULL, m INT, payload STRING, s STRUCT<x: INT>)`,
);

/** The first table, for rows that are sent as protobuf. */
export const alpha: TableDefinition<{
  readonly n: number | bigint;
  readonly m?: number | null | undefined;
  readonly payload?: string | null | undefined;
  readonly s?: { readonly x?: number | null | undefined } | null | undefined;
}> = defineTable('main.chaos.alpha', {
  n: bigint().notNull(),
  m: int(),
  payload: string(),
  s: struct({ x: int() }),
});

/** How many keys the rows have. Rows with the same key stay in order, however many streams carry them. */
export const KEY_COUNT = 7;

/** The row of a number. */
export function rowOf(n: number): ChaosRow {
  return { n, m: n % 1000, payload: `row ${n} ${'x'.repeat(n % 40)}`, s: { x: n % KEY_COUNT } };
}
