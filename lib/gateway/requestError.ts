/** The codes of the answers of a gateway that are not 200. */
export type GatewayAnswerCode =
  | 'INVALID_REQUEST'
  | 'UNAUTHENTICATED'
  | 'ORIGIN_NOT_ALLOWED'
  | 'CLIENT_NOT_ALLOWED'
  | 'METHOD_NOT_ALLOWED'
  | 'REQUEST_TOO_LARGE'
  | 'TOO_MANY_REQUESTS'
  | 'BODY_ALREADY_READ'
  | 'BODY_TIMEOUT'
  | 'WINDOW_FULL'
  | 'CLIENT_NOT_KNOWN'
  | 'ANSWER_TIMEOUT'
  | 'DRAINING'
  | 'STREAM_FAILED'
  | 'INTERNAL';

const statuses: Readonly<Record<GatewayAnswerCode, number>> = {
  INVALID_REQUEST: 400,
  UNAUTHENTICATED: 401,
  ORIGIN_NOT_ALLOWED: 403,
  CLIENT_NOT_ALLOWED: 403,
  METHOD_NOT_ALLOWED: 405,
  REQUEST_TOO_LARGE: 413,
  TOO_MANY_REQUESTS: 429,
  BODY_ALREADY_READ: 500,
  BODY_TIMEOUT: 503,
  WINDOW_FULL: 503,
  CLIENT_NOT_KNOWN: 503,
  ANSWER_TIMEOUT: 503,
  DRAINING: 503,
  STREAM_FAILED: 503,
  INTERNAL: 500,
};

/** The reason why a request is not answered with 200. Its message is part of the answer, so it has nothing private. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: GatewayAnswerCode;
  /** The shortest time until the client should try again, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(code: GatewayAnswerCode, message: string, retryAfterMs?: number) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }

  /** The status of the answer. */
  get status(): number {
    return statuses[this.code];
  }
}
