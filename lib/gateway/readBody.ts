import type { SchedulerLike } from 'rxjs';
import { scheduleDeadline } from '../time/scheduleDeadline.ts';
import type { ByteReservation } from './byteBudget.ts';
import type { GatewayRequest } from './gatewayOptions.ts';
import { RequestError } from './requestError.ts';
import { CLIENT_GONE } from './requestLife.ts';
import { windowFull } from './windowFull.ts';

/** The limits of a body. */
export interface BodyLimits {
  readonly maxRequestBytes: number;
  readonly bodyTimeoutMs: number;
  readonly scheduler: SchedulerLike;
  /** The bytes that the request takes until it is answered. */
  readonly reservation: ByteReservation;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Returns the body of a request as text: what something in front of the gateway has read, or else what arrives.
 *
 * @throws {@link RequestError} if it is too large, too slow, or not UTF-8, or if there is no room for it
 */
export async function readBody(request: GatewayRequest, limits: BodyLimits): Promise<string> {
  const given = [request.rawBody, request.body].find((each) => typeof each === 'string' || each instanceof Uint8Array);
  if (given !== undefined) {
    const body = given as string | Uint8Array;
    checkSize(typeof body === 'string' ? Buffer.byteLength(body) : body.length, 0, limits);
    return typeof body === 'string' ? body : decode(body);
  }
  if (request.readableEnded) {
    throw new RequestError(
      'BODY_ALREADY_READ',
      'Something in front of the gateway has read the body: let it keep text as it is, or put the gateway before it.',
    );
  }
  return decode(await receive(request, limits));
}

function receive(request: GatewayRequest, limits: BodyLimits): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    // One buffer that grows: chunks of one byte would take 200 bytes each.
    let bytes = Buffer.alloc(0);
    let size = 0;
    const stop = (): void => {
      deadline.unsubscribe();
      request.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      // An error after this must not end the process.
      request.on('error', () => {});
    };
    const fail = (reason: unknown): void => {
      stop();
      request.pause();
      reject(reason);
    };
    const onData = (chunk: Uint8Array): void => {
      try {
        checkSize(chunk.length, size, limits);
        if (size + chunk.length > bytes.length) {
          const grown = Buffer.allocUnsafeSlow(Math.max(size + chunk.length, 2 * size));
          bytes.copy(grown, 0, 0, size);
          bytes = grown;
        }
        bytes.set(chunk, size);
        size += chunk.length;
      } catch (error) {
        fail(error);
      }
    };
    const onEnd = (): void => {
      stop();
      resolve(bytes.subarray(0, size));
    };
    const onGone = (): void => fail(CLIENT_GONE);
    const deadline = scheduleDeadline(limits.scheduler, limits.bodyTimeoutMs, () => fail(tooSlow()));
    request.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });
}

/** Counts more bytes of a body. */
function checkSize(bytes: number, before: number, { maxRequestBytes, reservation }: BodyLimits): void {
  if (before + bytes > maxRequestBytes) {
    throw tooLarge(maxRequestBytes);
  }
  if (!reservation.take(bytes)) {
    throw windowFull();
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new RequestError('INVALID_REQUEST', 'The body must be UTF-8.');
  }
}

/** The error for a body of more bytes than allowed. */
export function tooLarge(maxRequestBytes: number): RequestError {
  return new RequestError(
    'REQUEST_TOO_LARGE',
    `A request must have at most ${maxRequestBytes} bytes: send fewer events.`,
  );
}

function tooSlow(): RequestError {
  return new RequestError('BODY_TIMEOUT', 'The body of the request has not arrived in time: send it again.');
}
