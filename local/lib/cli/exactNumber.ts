/** A number with all of its digits, which a JavaScript number may not hold. */
export class ExactNumber {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }
}

/** JSON text of a value in JSON types. {@link ExactNumber}s in it are JSON numbers with all of their digits. */
export function jsonText(value: unknown): string {
  if (value instanceof ExactNumber) {
    return value.digits;
  }
  if (Array.isArray(value)) {
    return `[${value.map(jsonText).join(',')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, member]) => `${JSON.stringify(key)}:${jsonText(member)}`)
      .join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}
