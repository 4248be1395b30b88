import { valueKind } from '../jsonTokens.ts';
import { type Place, typeIncompatible } from '../recordError.ts';

/**
 * Checks a JSON value of a known type in place, in a record's bytes, without parsing it into a value.
 *
 * This is faster than `JSON.parse` and a check of the result, and exact: it sees every digit of an integer and every
 * repeated key, which `JSON.parse` drops.
 */
export abstract class JsonScanner {
  protected readonly place: Place;
  protected readonly form: string;

  /**
   * @param place the value's place in the record
   * @param form the type and how it is written in JSON, for error messages
   */
  constructor(place: Place, form: string) {
    this.place = place;
    this.form = form;
  }

  /**
   * Checks the value that starts at `position`.
   *
   * @param text may go on after the record. The caller compares the returned position with the record's end
   * @returns the position after the value
   * @throws {@link RecordError} if the value is not JSON, or not of the type
   */
  abstract scan(text: Buffer, position: number): number;

  protected mismatch(text: Buffer, position: number): never {
    throw typeIncompatible(this.place, `expected ${this.form}, got ${valueKind(text, position)}`);
  }
}
