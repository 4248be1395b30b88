import { STATUS_CODES } from 'node:http';

/** Names a status of HTTP, for messages: `HTTP 404 Not Found`. */
export function statusText(status: number): string {
  return `HTTP ${status} ${STATUS_CODES[status] ?? ''}`.trim();
}
