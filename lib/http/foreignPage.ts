import { foreignAdvice } from '../transport/foreignAdvice.ts';
import { statusText } from '../transport/statusText.ts';
import { parseJsonObject } from './parseJsonObject.ts';

/** Client errors that a load balancer or a proxy answers while it is rolled out, and that then go away. */
const statusesOfRollOuts: ReadonlySet<number> = new Set([401, 403, 404, 405]);

/**
 * The status that HTTP servers and load balancers answer if a connection breaks within a request, without a body or
 * with a page. OAuth requires an `error` with it (RFC 6749, 5.2).
 */
const CUT_REQUEST = 400;

/**
 * Names an answer that is not the workspace's own, such as the page of a load balancer. The workspace refuses requests
 * in JSON, with `error` (RFC 6749, 5.2) or `error_code`. An empty body counts as its own, unless the status is 400.
 *
 * @returns such as `HTTP 404 Not Found and an HTML page`, without any text of the page; `undefined` for an answer of
 * the workspace, and for a status that does not go away with time
 */
export function foreignPage({ status, body }: { readonly status: number; readonly body: string }): string | undefined {
  const { error, error_code } = parseJsonObject(body);
  const kind = kindOf(body.trimStart());
  const isForeign =
    status === CUT_REQUEST
      ? kind === 'no text' || kind === 'an HTML page'
      : statusesOfRollOuts.has(status) && kind !== 'no text';
  return isForeign && (error ?? error_code) === undefined ? `${statusText(status)} and ${kind}` : undefined;
}

function kindOf(text: string): string {
  if (text === '') {
    return 'no text';
  }
  return text.startsWith('<') ? 'an HTML page' : /^[{[]/.test(text) ? 'JSON' : 'plain text';
}

/** What a {@link foreignPage} means. */
export const FOREIGN_PAGE_ADVICE: string = foreignAdvice('a workspace', 'workspaceUrl');
