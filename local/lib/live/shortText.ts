/**
 * Cuts a text that a client has chosen, so that what is kept of it is bounded. A pair of surrogates is not cut in two.
 *
 * @param most the most UTF-16 units that are left
 */
export function shortText(text: string, most = 300): string {
  return text.length <= most ? text : `${text.slice(0, most).replace(/[\ud800-\udbff]$/, '')}…`;
}
