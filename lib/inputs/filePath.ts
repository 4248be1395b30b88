import { fileURLToPath } from 'node:url';
import { ZerobusError } from '../errors/zerobusError.ts';
import { isUrl } from './checkInput.ts';

/** What to do instead, for the messages of {@link filePath}. */
export interface OtherInputs {
  /** If a text is not a path. */
  readonly text: string;
  /** If a URL is not that of a file. */
  readonly url: string;
}

/**
 * Returns the path of a file.
 *
 * @param subject the function that takes the path
 * @param source a path or a `file:` URL
 * @param others what to do instead. Defaults to a path
 * @returns the path, or `undefined` if the source is neither a text nor a URL
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if it is not the path of a file
 */
export function filePath(
  subject: string,
  source: unknown,
  others: OtherInputs = { text: 'Pass its path.', url: 'Pass the path of the file.' },
): string | undefined {
  if (typeof source !== 'string' && !isUrl(source)) {
    return undefined;
  }
  const text = typeof source === 'string' ? source : source.href;
  if (text === '' || text.includes('\0') || text.includes('\n')) {
    throw new ZerobusError('INVALID_OPTIONS', `The path of ${subject} must be that of a file. ${others.text}`);
  }
  if (typeof source === 'string' && !/^(file|https?):\/\//.test(source)) {
    return source;
  }
  try {
    return fileURLToPath(text);
  } catch (cause) {
    throw new ZerobusError('INVALID_OPTIONS', `The URL of ${subject} must be an absolute file: URL. ${others.url}`, {
      cause,
    });
  }
}

/**
 * Returns the path of a file.
 *
 * @param subject the function that takes the path
 * @param source a path or a `file:` URL
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if it is anything else
 */
export function requiredFilePath(subject: string, source: unknown): string {
  const path = filePath(subject, source);
  if (path === undefined) {
    throw new ZerobusError('INVALID_OPTIONS', `${subject} requires the path of a file, or a file: URL.`);
  }
  return path;
}
