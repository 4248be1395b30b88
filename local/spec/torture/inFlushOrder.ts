import type { TableReading } from '../support/foreignWriter/readForeignTable.ts';

/**
 * Files in the order in which their rows were flushed. A compaction adds a file after younger ones, but names it after
 * the newest segment in it. Files of other writers stay where they are.
 */
export function inFlushOrder(files: TableReading['files']): TableReading['files'] {
  let last = -1;
  const numbered = files.map((file) => {
    last = Number(/^zerobus-(\d{12})-/.exec(file.path)?.[1] ?? last);
    return { file, last };
  });
  return numbered.sort((one, other) => one.last - other.last).map(({ file }) => file);
}
