import { InvalidArgumentError } from 'commander';

const unitBytes: Readonly<Record<string, number>> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/**
 * Reads a size such as `4096`, `512KiB`, `64MiB` or `1GiB`.
 *
 * @returns bytes
 * @throws {@link InvalidArgumentError} if the text is not a size
 */
export function parseByteSize(text: string): number {
  const [, digits, unit = 'B'] = /^(\d+(?:\.\d+)?)(B|KiB|MiB|GiB)?$/.exec(text) ?? [];
  const bytes = Math.round(Number(digits) * (unitBytes[unit] ?? Number.NaN));
  if (!(bytes >= 1 && bytes <= Number.MAX_SAFE_INTEGER)) {
    throw new InvalidArgumentError('Expected a size such as 4096, 512KiB, 64MiB or 1GiB.');
  }
  return bytes;
}
