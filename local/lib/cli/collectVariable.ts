import { InvalidArgumentError } from 'commander';

/** Adds a value of a placeholder, `name=value`, to those of earlier options. */
export function collectVariable(
  text: string,
  previous: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const end = text.indexOf('=');
  if (end < 1) {
    throw new InvalidArgumentError('Write it as name=value, such as catalog=main.');
  }
  return { ...previous, [text.slice(0, end)]: text.slice(end + 1) };
}
