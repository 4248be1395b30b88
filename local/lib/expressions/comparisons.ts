/** Comparisons, longest first, with DuckDB's name of each. */
export const comparisons: readonly (readonly [string, string])[] = [
  ['<=>', 'IS NOT DISTINCT FROM'],
  ['<=', '<='],
  ['>=', '>='],
  ['<>', '<>'],
  ['!=', '<>'],
  ['==', '='],
  ['=', '='],
  ['<', '<'],
  ['>', '>'],
];
