import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import type { Sessions } from './sessions.ts';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

/** Angular adds the styles of its components as elements. */
const POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; base-uri 'self'";

/** The files of the application, as the Angular CLI has built them. They are read once, so no path of a request is. */
export class Application {
  readonly #files: ReadonlyMap<string, Buffer>;
  readonly #sessions: Sessions;

  constructor(folder: string, sessions: Sessions) {
    this.#files = new Map(readdirSync(folder).map((name) => [`/${name}`, readFileSync(join(folder, name))]));
    this.#sessions = sessions;
  }

  /** Answers with a file, or with the page, which has a route for every other path. A new visitor gets a session. */
  handle({ url = '/', headers }: IncomingMessage, response: ServerResponse): void {
    const [pathname = '/'] = url.split('?');
    const path = extname(pathname) === '' ? '/index.html' : pathname;
    const file = this.#files.get(path);
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    if (path === '/index.html' && this.#sessions.visitorOf(headers.cookie) === undefined) {
      response.setHeader('Set-Cookie', this.#sessions.newCookie());
    }
    response.setHeader('Content-Security-Policy', POLICY);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    // The names of the other files have hashes of what is in them.
    response.setHeader('Cache-Control', path === '/index.html' ? 'no-cache' : 'max-age=31536000, immutable');
    response.setHeader('Content-Type', types[extname(path)] ?? 'application/octet-stream');
    response.end(file);
  }
}
