import { parseJsonObject } from './parseJsonObject.ts';

/**
 * Extracts the problem from an answer of the workspace: OAuth's `error` and `error_description` (RFC 6749, 5.2), or
 * Databricks' `error_code` and `message`. The text is foreign: `redact` it.
 *
 * @param body the body of the answer
 * @returns the text, or an empty one if the body has neither form
 */
export function describeAnswer(body: string): string {
  const answer = parseJsonObject(body);
  const texts = [answer['error'] ?? answer['error_code'], answer['error_description'] ?? answer['message']];
  return texts.filter((text) => typeof text === 'string' && text !== '').join(': ');
}
