import { InvalidArgumentError } from 'commander';

/**
 * Reads a number of files.
 *
 * @throws {@link InvalidArgumentError} if the text is not a whole number
 */
export function parseFileCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) {
    throw new InvalidArgumentError('Expected a whole number, or 0 to leave all files as they are.');
  }
  return Number(text);
}
