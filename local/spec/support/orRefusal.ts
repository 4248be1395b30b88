import { RecordError } from '../../lib/records/recordError.ts';

/** What `read` returns, or the causes and the message of the {@link RecordError} that it throws. */
export function orRefusal<T>(read: () => T, separator = ' '): T | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof RecordError) {
      return `${error.causes.join()}${separator}${error.message}`;
    }
    throw error;
  }
}
