import type { DeltaColumn, DeltaType } from './deltaType.ts';
import { fillsItself } from './fillsItself.ts';
import { sqlTypeText } from './sqlTypeText.ts';

/**
 * Checks that rows accepted for a table's earlier columns fit its present columns.
 *
 * Added columns and struct fields that are nullable are fine, and the rows have NULL there. So are columns that may
 * hold more than before.
 *
 * @param accepted the columns when the rows were accepted
 * @param present the table's columns now
 * @returns the first problem in words, such as `column temp is STRING now, it was INT`; undefined if the rows fit
 */
export function schemaChangeProblem(
  accepted: readonly DeltaColumn[],
  present: readonly DeltaColumn[],
): string | undefined {
  return fieldsProblem(accepted, present, '');
}

function fieldsProblem(
  accepted: readonly DeltaColumn[],
  present: readonly DeltaColumn[],
  parent: string,
): string | undefined {
  const presentByName = new Map(present.map((column) => [column.name, column]));
  for (const before of accepted) {
    const path = `${parent}${before.name}`;
    const now = presentByName.get(before.name);
    if (now === undefined) {
      return `column ${path} is gone`;
    }
    if (before.nullable && !now.nullable) {
      return `column ${path} is NOT NULL now`;
    }
    const problem = typeProblem(before.type, now.type, path);
    if (problem !== undefined) {
      return problem;
    }
    presentByName.delete(before.name);
  }
  const required = [...presentByName.values()].find((column) => !column.nullable && !fillsItself(column));
  return required === undefined ? undefined : `column ${parent}${required.name} was added and is NOT NULL`;
}

function typeProblem(before: DeltaType, now: DeltaType, path: string): string | undefined {
  if (before.kind === 'struct' && now.kind === 'struct') {
    return fieldsProblem(before.fields, now.fields, `${path}.`);
  }
  if (before.kind === 'array' && now.kind === 'array') {
    return before.containsNull && !now.containsNull
      ? `the elements of column ${path} are NOT NULL now`
      : typeProblem(before.element, now.element, `${path}[]`);
  }
  if (before.kind === 'map' && now.kind === 'map') {
    return before.valueContainsNull && !now.valueContainsNull
      ? `the values of column ${path} are NOT NULL now`
      : (typeProblem(before.key, now.key, `${path}.key`) ?? typeProblem(before.value, now.value, `${path}.value`));
  }
  if (before.kind === 'varchar' && (now.kind === 'string' || (now.kind === 'varchar' && now.length >= before.length))) {
    return undefined;
  }
  const [beforeText, nowText] = [sqlTypeText(before), sqlTypeText(now)];
  return beforeText === nowText
    ? undefined
    : `column ${path} is ${nowText.toUpperCase()} now, it was ${beforeText.toUpperCase()}`;
}
