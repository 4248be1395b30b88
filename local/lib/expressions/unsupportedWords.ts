/** Functions that Databricks SQL calls without parentheses, and that have no meaning here. */
export const unsupportedWords: ReadonlySet<string> = new Set([
  'current_catalog',
  'current_database',
  'current_schema',
  'current_timezone',
  'current_user',
  'session_user',
  'user',
]);
