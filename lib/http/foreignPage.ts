import { foreignAdvice } from '../transport/foreignAdvice.ts';
import { statusText } from '../transport/statusText.ts';
import { parseJsonObject } from './parseJsonObject.ts';

/** Client errors that a load balancer or a proxy answers while it is rolled out, and that then go away. */
const statusesOfRollOuts: ReadonlySet<number> = new Set([401, 403, 404, 405]);

/**
 * Names an answer that is not the workspace's own, such as the page of a load balancer. The workspace refuses requests
 * in JSON, with `error` (RFC 6749, 5.2) or `error_code`. An empty body counts as its own.
 *
 * @returns such as `HTTP 404 Not Found and an HTML page`, without any text of the page; `undefined` for an answer of
 * the workspace, and for a status that does not go away with time
 */
export function foreignPage({ status, body }: { readonly status: number; readonly body: string }): string | undefined {
  const { error, error_code } = parseJsonObject(body);
  if (!statusesOfRollOuts.has(status) || body.trim() === '' || (error ?? error_code) !== undefined) {
    return undefined;
  }
  const kind = /^\s*</.test(body) ? 'an HTML page' : /^\s*[{[]/.test(body) ? 'JSON' : 'plain text';
  return `${statusText(status)} and ${kind}`;
}

/** What a {@link foreignPage} means. */
export const FOREIGN_PAGE_ADVICE: string = foreignAdvice('a workspace', 'workspaceUrl');
