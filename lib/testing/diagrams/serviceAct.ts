import type { TokenResponse } from '../../auth/fetchToken.ts';
import { ZerobusError } from '../../errors/zerobusError.ts';

/**
 * What a letter stands for in a diagram of the service.
 *
 * - `{ ack: n }` acknowledges everything up to record `n`, as a digit does. `{ ack: undefined }` is an ack without an
 *   offset.
 * - `{ closeSignalMs: n }` announces that the service closes the connection in `n` ms.
 * - A `ZerobusError` ends the connection, or refuses the stream if it is not created yet.
 */
export type ServiceAct = { readonly ack: number | undefined } | { readonly closeSignalMs: number } | ZerobusError;

/** What a letter stands for in a diagram of a token request: its token, or the error that it ends with. */
export type TokenAct = TokenResponse | ZerobusError;

/** The acts that need no value. */
export type PlainAct = 'create' | 'drain' | 'end';

const digits = Object.fromEntries([...'0123456789'].map((digit) => [digit, { ack: Number(digit) }]));

/** The status of a call with a record that the service refuses. */
export const refusal: ZerobusError = new ZerobusError('INVALID_ARGUMENT', 'The service refused a record.');

/** The letters of `acks`. */
export const ackLetters: Readonly<Record<string, ServiceAct | PlainAct>> = {
  ...digits,
  '#': new ZerobusError('UNAVAILABLE', 'The connection broke.'),
  x: refusal,
  s: { closeSignalMs: 10 },
  d: 'drain',
  '|': 'end',
};

/** The letters of `connections`. */
export const connectionLetters: Readonly<Record<string, ServiceAct | PlainAct>> = {
  ...ackLetters,
  x: new ZerobusError('INVALID_ARGUMENT', 'The service refused the stream.'),
  o: 'create',
};

/** The letters of `tokens`. */
export const tokenLetters: Readonly<Record<string, TokenAct | 'token'>> = {
  '#': new ZerobusError('TOKEN_FETCH_FAILED', 'The token was refused.'),
  t: 'token',
};

/** Whether a value of a diagram is for the service itself. */
export function isServiceAct(value: unknown): value is ServiceAct {
  return (
    typeof value === 'object' &&
    value !== null &&
    ('ack' in value || 'closeSignalMs' in value || value instanceof ZerobusError)
  );
}

/** Whether a value of a diagram is for a token request. */
export function isTokenAct(value: unknown): value is TokenAct {
  return typeof value === 'object' && value !== null && ('accessToken' in value || value instanceof ZerobusError);
}
