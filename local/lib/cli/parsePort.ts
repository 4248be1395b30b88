import { InvalidArgumentError } from 'commander';

/**
 * Reads a port number.
 *
 * @throws InvalidArgumentError where it is none
 */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new InvalidArgumentError('Expected a port from 0 (any that is free) to 65535.');
  }
  return port;
}
