import { shown } from '../../rows/invalidValue.ts';

/** Thrown if a value does not fit its column. */
export class Misfit extends Error {}

/** Creates the error for text that is not what its column takes. */
export function misfit(expected: string, text: string): Misfit {
  return new Misfit(`expected ${expected}, got ${shown(text)}`);
}
