/**
 * Parses a JSON object.
 *
 * @param text any text
 * @returns the object, or an empty one if the text is not a JSON object
 */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
