/** The name of an object that stands for a bigint, which no column can have. */
const BIGINT_NAME = '\u0000bigint';

/** Texts and numbers, so that digits in a text are not taken for a number. */
const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * Parses JSON text. An integer that is not exact as a number becomes a bigint.
 *
 * @throws SyntaxError if it is not JSON
 */
export function parseJson(text: string): unknown {
  const marked = text.replace(tokens, (token) =>
    /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)) ? JSON.stringify({ [BIGINT_NAME]: token }) : token,
  );
  return JSON.parse(marked, (_, value) =>
    typeof value === 'object' && value !== null && BIGINT_NAME in value ? BigInt(value[BIGINT_NAME]) : value,
  );
}
