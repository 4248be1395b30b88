import type { IncomingMessage, ServerResponse } from 'node:http';

const PAGE = '<!doctype html><meta charset="utf-8"><title>A page</title><script type="module" src="/page.js"></script>';

/** Serves the page of the specs, at every path, and its program. */
export function servePage({ url }: IncomingMessage, response: ServerResponse, program: string): void {
  const isProgram = url === '/page.js';
  const type = isProgram ? 'text/javascript' : 'text/html';
  response.writeHead(200, { 'content-type': type, 'cache-control': 'max-age=60' });
  response.end(isProgram ? program : PAGE);
}
