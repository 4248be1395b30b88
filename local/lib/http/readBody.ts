import type { IncomingMessage } from 'node:http';
import { MAX_RECORD_BYTES } from '../ingest/recordLimits.ts';
import { invalidArgument, type StreamError } from '../ingest/streamError.ts';
import type { BodyBudget } from './bodyBudget.ts';

/** Records of the maximum size, and as much again for the commas and the white space between them. */
export const MAX_BODY_BYTES: number = 2 * MAX_RECORD_BYTES;

/**
 * Reads the body of a request, which must have entered the budget.
 *
 * @param signal stops the reading. Its reason is a {@link StreamError}
 * @returns one byte that the reader of records needs, followed by the body
 * @throws {@link StreamError} `INVALID_ARGUMENT` as soon as the body is too large, or the reason of the signal
 */
export function readBody(request: IncomingMessage, budget: BodyBudget, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [Buffer.alloc(1)];
    let bytes = 0;
    const stop = (): void => {
      request.off('data', onData);
      request.off('end', onEnd);
      signal.removeEventListener('abort', onAbort);
    };
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) {
        stop();
        reject(bodyTooLarge());
        return;
      }
      chunks.push(chunk);
      budget.add(request, chunk.length);
    };
    const onEnd = (): void => {
      stop();
      resolve(Buffer.concat(chunks));
    };
    const onAbort = (): void => {
      stop();
      reject(signal.reason);
    };
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    signal.addEventListener('abort', onAbort);
    request.on('data', onData);
    request.on('end', onEnd);
  });
}

/** INVALID_ARGUMENT: the body is too large. */
export function bodyTooLarge(): StreamError {
  return invalidArgument(`The body has more than ${MAX_BODY_BYTES} bytes. Send smaller batches.`);
}
