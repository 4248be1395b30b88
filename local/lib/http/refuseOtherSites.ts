import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { status } from '@grpc/grpc-js';
import type { HonoRequest, MiddlewareHandler } from 'hono';
import { StreamError } from '../ingest/streamError.ts';

/** What {@link refuseOtherSites} knows of the server. */
export interface SiteOptions {
  /** The host that the server listens on. */
  readonly host: string;
  /** Further names of the server that the user has given. */
  readonly allowedHosts: readonly string[];
  /** Whether clients check the server's certificate, which no other name has. */
  readonly hasTls: boolean;
}

/** Names that the public DNS does not have, so that no web page can be loaded by them: RFC 6761, RFC 6762, ICANN. */
const privateName = /^[^.]+$|\.(?:localhost|local|internal|test|home\.arpa)$/;

/**
 * Refuses requests that web pages of other sites make in a browser on this machine, with 403. Any page may post to any
 * address. A page whose own name leads to this machine (DNS rebinding) may also read the answers, but its requests
 * carry that name as their `Host`. Programs can use any name, such as one that a proxy resolves.
 */
export function refuseOtherSites({ host, allowedHosts, hasTls }: SiteOptions): MiddlewareHandler {
  const known = new Set([host, hostname(), ...allowedHosts].map((name) => name.toLowerCase()));
  const isOwn = (name: string): boolean =>
    hasTls || isIP(name.replace(/^\[|\]$/g, '')) !== 0 || privateName.test(name) || known.has(name);
  return async ({ req }, next) => {
    const name = new URL(req.url).hostname.replace(/\.$/, '');
    if (isFromBrowser(req) && !isOwn(name)) {
      throw forbidden(
        `Requests to ${name} are refused, because a web page may have made them. If this is a name of the server, start it ` +
          `with --allow-host ${name}, or with the option allowedHosts.`,
      );
    }
    if (isFromOtherSite(req)) {
      throw forbidden('Pages of other sites can not use this server. Send the request without an Origin header.');
    }
    await next();
  };
}

/**
 * Browsers name the languages of their user in every request, and a page can't prevent that. A page that reads from its
 * own site sends neither an `Origin` nor, without TLS, a `Sec-Fetch-Site`. Node's `fetch` looks the same, since a page
 * can send its `*`, too.
 */
function isFromBrowser(request: HonoRequest): boolean {
  return ['accept-language', 'origin', 'sec-fetch-site'].some((name) => request.header(name) !== undefined);
}

/** Following a link is not refused: it changes nothing, and the page with the link can't read the answer. */
function isFromOtherSite(request: HonoRequest): boolean {
  const site = request.header('sec-fetch-site');
  if (site !== undefined) {
    const isLink = request.method === 'GET' && request.header('sec-fetch-mode') === 'navigate';
    return site !== 'same-origin' && site !== 'none' && !isLink;
  }
  const origin = request.header('origin')?.toLowerCase();
  return origin !== undefined && origin.replace(/^https?:\/\//, '') !== request.header('host')?.toLowerCase();
}

function forbidden(message: string): StreamError {
  return new StreamError(status.PERMISSION_DENIED, message);
}
