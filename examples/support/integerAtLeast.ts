import { InvalidArgumentError } from 'commander';

/** Returns what reads an option of a command: an integer of at least a minimum. */
export function integerAtLeast(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isInteger(value) && value >= least) {
      return value;
    }
    throw new InvalidArgumentError(`It must be an integer of at least ${least}.`);
  };
}
