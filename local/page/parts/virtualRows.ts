/** The items of a long list that are in sight, and some around them. */
export interface Span {
  readonly first: number;
  /** After the last one. */
  readonly end: number;
}

/**
 * The rows of a list that are in sight, if all have the same height.
 *
 * @param scrollTop how far the list is scrolled, in pixels
 * @param height what is to be seen of it, in pixels
 * @param spare rows that are rendered before and after, so that scrolling shows no gap
 */
export function rowsInSight(scrollTop: number, height: number, rowHeight: number, count: number, spare = 8): Span {
  const first = Math.min(Math.floor(scrollTop / rowHeight) - spare, count - 1);
  const end = Math.ceil((scrollTop + height) / rowHeight) + spare;
  return { first: Math.max(first, 0), end: Math.min(Math.max(end, 0), count) };
}

/**
 * The columns that are in sight.
 *
 * @param edges where each column begins, in pixels, and at last where the last one ends
 */
export function columnsInSight(scrollLeft: number, width: number, edges: readonly number[]): Span {
  const count = edges.length - 1;
  let first = 0;
  while (first < count - 1 && (edges[first + 1] as number) <= scrollLeft) {
    first++;
  }
  let end = first;
  while (end < count && (edges[end] as number) < scrollLeft + width) {
    end++;
  }
  return { first, end };
}
