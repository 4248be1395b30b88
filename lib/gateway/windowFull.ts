import { RequestError } from './requestError.ts';

/** The error for a request that there is no room for at present. */
export function windowFull(): RequestError {
  return new RequestError('WINDOW_FULL', 'Too much is in flight at present: send it again.', 1000);
}
