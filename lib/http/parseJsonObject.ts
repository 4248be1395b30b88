/**
 * Reads a JSON object.
 *
 * @param text JSON, or anything else
 * @returns the object; an empty one where the text is none
 */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
