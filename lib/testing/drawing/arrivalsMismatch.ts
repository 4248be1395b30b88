import type { RecordFormat } from '../../wire/batch.ts';
import type { RowForm } from '../decoding/rowForm.ts';
import type { Mismatch } from './describeMismatch.ts';
import { firstDifference } from './firstDifference.ts';
import { isSame } from './isSame.ts';
import { Legend } from './legend.ts';
import { trackOf } from './trackOf.ts';

/** A batch that has arrived. */
export interface DrawnBatch {
  readonly frame: number;
  readonly format: RecordFormat;
  /** Its rows, decoded. */
  readonly rows: readonly unknown[];
}

/** A batch that is expected: a letter for each row. */
export interface ExpectedBatch {
  readonly frame: number;
  readonly letters: readonly string[];
}

/**
 * Compares the batches that arrived with those that were expected. Returns `undefined` if they are the same.
 *
 * @param values the values of letters, which need not be encoded
 * @param rowForm the form in which rows are compared
 */
export function arrivalsMismatch(
  actual: readonly DrawnBatch[],
  expected: readonly ExpectedBatch[],
  values: Readonly<Record<string, unknown>>,
  rowForm: RowForm,
): Mismatch | undefined {
  const format = actual[0]?.format ?? 'JSON';
  const rows = Object.fromEntries(
    Object.entries(values).map(([letter, value]) => [letter, rowForm.expected(format, value)]),
  );
  const index = firstDifference(
    actual,
    expected,
    (batch, { frame, letters }) =>
      batch.frame === frame &&
      batch.rows.length === letters.length &&
      batch.rows.every((row, at) => isSame(row, rows[letters[at] ?? ''])),
  );
  if (index === undefined) {
    return undefined;
  }
  const legend = new Legend(rows, isSame);
  const wanted = expected.map(({ frame, letters }) => ({
    frame,
    text: letters.map((each) => legend.use(each)).join(''),
  }));
  const found = actual.map(({ frame, rows: arrived }, at) => ({
    frame,
    text: arrived.map((row, place) => legend.letterOf(row, expected[at]?.letters[place])).join(''),
  }));
  return {
    tracks: [trackOf('expected', wanted, ','), trackOf('actual', found, ',')],
    frame: Math.min(...[actual[index], expected[index]].flatMap((batch) => batch?.frame ?? [])),
    legend: legend.lines(),
  };
}
