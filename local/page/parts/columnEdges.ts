import { isNumber, shownValue } from './shownValue.ts';

const CHARACTER_PX = 7.25;
const PADDING_PX = 26;
const LEAST_CHARACTERS = 4;
const MOST_CHARACTERS = 40;
const SAMPLE_ROWS = 100;

/**
 * Where each column of a grid begins, in pixels, and at last where the last one ends.
 *
 * @param before the edges so far: columns become wider when wider values arrive, never narrower, so that nothing jumps
 */
export function columnEdges(
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  before: readonly number[] = [],
): readonly number[] {
  const edges = [0];
  for (const [index, name] of columns.entries()) {
    let characters = Math.max(LEAST_CHARACTERS, name.length);
    for (let row = 0; row < rows.length && row < SAMPLE_ROWS; row++) {
      characters = Math.max(characters, shownValue(rows[row]?.[index]).text.length);
    }
    const width = Math.round(Math.min(characters, MOST_CHARACTERS) * CHARACTER_PX + PADDING_PX);
    const widthBefore = (before[index + 1] ?? 0) - (before[index] ?? 0);
    edges.push((edges[index] as number) + Math.max(width, widthBefore));
  }
  return edges;
}

/** For each column, whether its values are numbers, which are aligned at their last digit. */
export function numberColumns(columns: readonly string[], rows: readonly (readonly unknown[])[]): readonly boolean[] {
  return columns.map((_, index) => {
    const values = rows.slice(0, SAMPLE_ROWS).map((row) => row[index] ?? null);
    return values.some((value) => value !== null) && values.every((value) => value === null || isNumber(value));
  });
}
