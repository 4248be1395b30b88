/** A number of JSON with more digits than a `number` holds. */
export class ExactNumber {
  /** Its digits, as they were written. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Returns a value that holds an {@link ExactNumber} as a `number`, or the value itself. */
export function rounded(value: unknown): unknown {
  return value instanceof ExactNumber ? Number(value.text) : value;
}
