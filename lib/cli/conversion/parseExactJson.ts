import { ExactNumber } from './exactNumber.ts';

/** A `number` holds up to 15 digits exactly. */
const manyDigits = /\d[\d.]{15}/;
const tokens = /"(?:[^"\\]|\\.)*"|-?\d[\d.]{15,}(?:[eE][+-]?\d+)?/g;
const validNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** In front of the digits of a number that is written as text in the meantime. No other text begins like this. */
const MARK = '\u0000';
const ESCAPED_MARK = '\\u0000';

/**
 * Parses JSON. Numbers that may have more digits than a `number` holds become an {@link ExactNumber}.
 *
 * @throws `SyntaxError` if the text is not JSON
 */
export function parseExactJson(text: string): unknown {
  if (!manyDigits.test(text) || text.includes(ESCAPED_MARK)) {
    return JSON.parse(text);
  }
  const marked = text.replace(tokens, (token) => (validNumber.test(token) ? `"${ESCAPED_MARK}${token}"` : token));
  return JSON.parse(marked, (_key, value) =>
    typeof value === 'string' && value.startsWith(MARK) ? new ExactNumber(value.slice(1)) : value,
  );
}
