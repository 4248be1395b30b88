import { valueKind } from '../jsonTokens.ts';
import { type Place, typeIncompatible } from '../recordError.ts';

/**
 * Checks one JSON value of a known type where it stands in a record's bytes, without making a value of it.
 *
 * That is faster than `JSON.parse` followed by a check, and exact: it sees every digit of an integer and every repeated
 * key, of which `JSON.parse` keeps nothing.
 */
export abstract class JsonScanner {
  protected readonly place: Place;
  protected readonly label: string;

  /**
   * @param place where the value stands
   * @param label the type's name for error messages
   */
  constructor(place: Place, label: string) {
    this.place = place;
    this.label = label;
  }

  /**
   * Checks the value that starts at `position`.
   *
   * @param text may go on behind the record: a value that runs past the record's end is found by the caller, from where
   * it ends
   * @returns the position after the value
   * @throws RecordError where the value is not of the type, or is not JSON
   */
  abstract scan(text: Buffer, position: number): number;

  protected mismatch(text: Buffer, position: number): never {
    throw typeIncompatible(this.place, `expected ${this.label}, got ${valueKind(text, position)}`);
  }
}
