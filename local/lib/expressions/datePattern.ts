/** What `strftime` calls the letters of a pattern of Databricks SQL. */
const fields: Readonly<Record<string, string>> = {
  yyyy: '%Y',
  yy: '%y',
  MM: '%m',
  M: '%-m',
  MMM: '%b',
  MMMM: '%B',
  dd: '%d',
  d: '%-d',
  D: '%-j',
  DDD: '%j',
  HH: '%H',
  H: '%-H',
  hh: '%I',
  h: '%-I',
  mm: '%M',
  m: '%-M',
  ss: '%S',
  s: '%-S',
  SSS: '%g',
  SSSSSS: '%f',
  a: '%p',
  E: '%a',
  EEE: '%a',
  EEEE: '%A',
};

/**
 * Converts a pattern of `date_format`, such as `yyyy-MM`, into one of DuckDB's `strftime`.
 *
 * @returns undefined if a letter has no counterpart
 */
export function datePattern(pattern: string): string | undefined {
  let converted = '';
  for (const [part, quoted, letters] of pattern.matchAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|[\s\S]/g)) {
    if (letters !== undefined) {
      const field = fields[part];
      if (field === undefined) {
        return undefined;
      }
      converted += field;
    } else {
      const text = quoted === undefined ? part : quoted === '' ? "'" : quoted.replaceAll("''", "'");
      converted += text.replaceAll('%', '%%');
    }
  }
  return converted;
}
