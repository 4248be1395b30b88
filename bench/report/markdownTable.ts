/**
 * Creates a Markdown table whose columns are aligned, so that its source is readable too.
 *
 * @param options `leftAligned`: the columns of text, counted from 0; all others are numbers
 */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { leftAligned }: { readonly leftAligned: readonly number[] },
): string {
  const isLeft = (column: number): boolean => leftAligned.includes(column);
  const escaped = [head, ...rows].map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(3, ...escaped.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string => {
    const padded = widths.map((width, column) => {
      const cell = cells[column] ?? '';
      return isLeft(column) ? cell.padEnd(width) : cell.padStart(width);
    });
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((width, column) => (isLeft(column) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  const [titles = [], ...body] = escaped;
  return [line(titles), line(rule), ...body.map(line)].join('\n');
}
