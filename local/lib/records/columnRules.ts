import { isUtf8 } from 'node:buffer';
import type { DeltaColumn } from '../schema/deltaType.ts';
import { fillsItself } from '../schema/fillsItself.ts';

/** Returns what is wrong with the content of a text; undefined if nothing is. */
export type TextRule = (content: string) => string | undefined;

/** Whether each record must have a value for the column. */
export function isRequired(column: DeltaColumn): boolean {
  return !column.nullable && !fillsItself(column);
}

/** Why records must not have the column, after its name; undefined if they may. */
export function computedProblem({ generated, identity }: DeltaColumn): string | undefined {
  if (generated !== undefined) {
    return `is computed as (${generated}), so a record can't have it: leave it out`;
  }
  return identity?.allowExplicitInsert === false
    ? "is GENERATED ALWAYS AS IDENTITY, so a record can't have it: leave it out, and the server numbers it"
    : undefined;
}

/**
 * The rule for the content of a column that the table is partitioned by. Delta has partition values as text, in which
 * an empty value is NULL.
 *
 * @returns undefined if every value of the column is a partition value
 */
export function partitionRule({ type, nullable }: DeltaColumn): TextRule | undefined {
  const emptyProblem = (content: string): string | undefined =>
    content === '' && !nullable ? 'the table is partitioned by it, where empty is NULL, and it is NOT NULL' : undefined;
  switch (type.kind) {
    case 'string':
    case 'varchar':
      // A CHAR is padded, so it is never empty.
      return nullable || (type.kind === 'varchar' && type.isChar) ? undefined : emptyProblem;
    case 'binary':
      return (content) =>
        isUtf8(Buffer.from(content, 'base64'))
          ? emptyProblem(content)
          : 'the table is partitioned by it, so its bytes must be UTF-8';
    default:
      return undefined;
  }
}
