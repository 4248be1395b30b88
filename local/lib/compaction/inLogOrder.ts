import type { AddAction } from '../delta/deltaAction.ts';
import { segmentNumberOf } from '../flush/dataFileName.ts';

/**
 * The order in which the rows were committed. A merged file is younger than its rows, but is named after the newest
 * segment among them. Files of other writers stay after the file that they were committed after.
 *
 * @param files in the order of the log
 */
export function inLogOrder(files: readonly AddAction[]): readonly AddAction[] {
  let last = -1;
  const numbered = files.map((file) => {
    last = segmentNumberOf(file.path.slice(file.path.lastIndexOf('/') + 1)) ?? last;
    return { file, number: last };
  });
  return numbered.sort((one, other) => one.number - other.number).map(({ file }) => file);
}
