import { shorten } from '../errors/shorten.ts';

/** Computes the path of a value in a row: `tags[1]`, `position.lat`, or an empty text for the row itself. */
export type Place = () => string;

/** A value that does not fit its column. Callers that know the row convert it to a `ZerobusError`. */
export class InvalidValue extends Error {
  /** The path of the value in its row; empty for the row itself. */
  readonly path: string;

  /**
   * @param place computes the path of the value
   * @param problem what is wrong, e.g. `expected string, got number`
   */
  constructor(place: Place, problem: string) {
    super(problem);
    this.path = place();
  }
}

/** Returns the place of a field. */
export function fieldPlace(place: Place, name: string): Place {
  return () => {
    const parent = place();
    return parent === '' ? name : `${parent}.${name}`;
  };
}

/** Formats a value for a message: quoted if it is text, and shortened if it is long. */
export function shown(value: string | number | bigint): string {
  return shorten(typeof value === 'string' ? JSON.stringify(value.slice(0, 41)) : String(value), 40);
}
