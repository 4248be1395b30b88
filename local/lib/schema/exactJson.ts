/** Numbers of identity columns can have more digits than a JavaScript number. */
const identityNumber = /("delta\.identity\.(?:start|step|highWaterMark)"\s*:\s*)(-?\d+)/g;

/**
 * Parses schema JSON of Delta like `JSON.parse`, except that the numbers of identity columns become bigints with all of
 * their digits.
 */
export function parseExactJson(text: string): unknown {
  // In a JSON string the quotes of such a key would be escaped, so only keys are found.
  return JSON.parse(text.replace(identityNumber, '$1"$2"'), (key, value) =>
    key.startsWith('delta.identity.') && typeof value === 'string' ? BigInt(value) : value,
  );
}

/** JSON text like that of `JSON.stringify`, except that a bigint is a number with all of its digits. */
export function exactJson(value: unknown): string {
  if (typeof value === 'bigint') {
    return String(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map(exactJson).join(',')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, part]) => `${JSON.stringify(key)}:${exactJson(part)}`)
      .join(',')}}`;
  }
  return JSON.stringify(value);
}
