/**
 * Indents JSON text. All values stay as they are written, since numbers may have more digits than a parser keeps, and
 * the text may be cut anywhere.
 */
export function indentJson(text: string): string {
  let indented = '';
  let depth = 0;
  // A string, white space between values, or one character.
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\[\s\S])*(?:"|\\?$)|\s+|[\s\S]/g)) {
    if (token === '{' || token === '[') {
      depth += 1;
      indented += token + lineOf(depth);
    } else if (token === '}' || token === ']') {
      depth = Math.max(0, depth - 1);
      indented = closed(indented, token, lineOf(depth));
    } else if (token === ',') {
      indented += `,${lineOf(depth)}`;
    } else if (token === ':') {
      indented += ': ';
    } else if (token.trim() !== '') {
      indented += token;
    }
  }
  return indented;
}

function lineOf(depth: number): string {
  return `\n${'  '.repeat(depth)}`;
}

/** Empty objects and arrays stay on their line. */
function closed(indented: string, token: string, line: string): string {
  const trimmed = indented.trimEnd();
  return /[{[]$/.test(trimmed) ? trimmed + token : indented + line + token;
}
