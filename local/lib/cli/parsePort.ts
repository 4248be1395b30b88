import { InvalidArgumentError } from 'commander';

/**
 * Reads a port number.
 *
 * @throws {@link InvalidArgumentError} if the text is not a port number
 */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new InvalidArgumentError('Expected a port from 0 (any free port) to 65535.');
  }
  return port;
}
