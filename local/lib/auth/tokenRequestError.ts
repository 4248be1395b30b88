/** The error response to a token request. Its message is the `error_description`, in the words of the service. */
export class TokenRequestError extends Error {
  override readonly name = 'TokenRequestError';
  readonly httpStatus: 400 | 401;
  /** An OAuth error code, such as `invalid_client`. */
  readonly error: string;

  constructor(httpStatus: 400 | 401, error: string, description: string) {
    super(description);
    this.httpStatus = httpStatus;
    this.error = error;
  }
}

/** 400 `invalid_request`: a parameter is missing or malformed. */
export function invalidRequest(message: string): TokenRequestError {
  return new TokenRequestError(400, 'invalid_request', message);
}
