import type { IncomingMessage } from 'node:http';
import { tooLarge } from './readBody.ts';
import { RequestError } from './requestError.ts';

const textPlain = /^text\/plain\s*(?:;\s*charset="?utf-?8"?\s*)?$/i;

/**
 * Checks what the first line and the headers of a request say, before anything of its body is read.
 *
 * @throws {@link RequestError} if the request is not of the form, or is too large
 */
export function checkRequest({ method, headers }: IncomingMessage, maxRequestBytes: number): void {
  if (method !== 'POST') {
    throw new RequestError('METHOD_NOT_ALLOWED', 'Events are sent by POST.');
  }
  if (!textPlain.test(headers['content-type'] ?? '') || headers['content-encoding'] !== undefined) {
    throw new RequestError('INVALID_REQUEST', 'The content type must be text/plain;charset=UTF-8, and not compressed.');
  }
  if (Number(headers['content-length'] ?? 0) > maxRequestBytes) {
    throw tooLarge(maxRequestBytes);
  }
}
