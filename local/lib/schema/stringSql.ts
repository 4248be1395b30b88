/** A string literal of Databricks SQL, in which nothing is a placeholder. */
export function stringSql(text: string): string {
  return `'${text.replace(/[\\']|(?<=[${])\{/g, '\\$&')}'`;
}
