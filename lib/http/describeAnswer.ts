import { parseJsonObject } from './parseJsonObject.ts';

/**
 * What a workspace's answer says is wrong: OAuth's `error` and `error_description` (RFC 6749, 5.2), or Databricks' own
 * `error_code` and `message`. Foreign text: `redact` it.
 *
 * @param body the body of the answer; empty is returned where it says nothing in either form
 */
export function describeAnswer(body: string): string {
  const answer = parseJsonObject(body);
  const texts = [answer['error'] ?? answer['error_code'], answer['error_description'] ?? answer['message']];
  return texts.filter((text) => typeof text === 'string' && text !== '').join(': ');
}
