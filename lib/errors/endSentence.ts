/** Returns a text with a full stop, unless it ends a sentence already, so that another sentence can follow. */
export function endSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
