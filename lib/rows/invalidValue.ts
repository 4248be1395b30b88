import { shorten } from '../errors/shorten.ts';

/**
 * The path of a value inside of a row, worked out when it is asked for: `tags[1]`, `position.lat`; empty for the row
 * itself.
 */
export type Place = () => string;

/** A value that does not fit its column. Whoever knows which row it is makes a `ZerobusError` of it. */
export class InvalidValue extends Error {
  /** Where the value is in its row; empty for the row itself. */
  readonly path: string;

  /**
   * @param place where the value is in its row
   * @param problem what is wrong, e.g. `expected string, got number`
   */
  constructor(place: Place, problem: string) {
    super(problem);
    this.path = place();
  }
}

/** The path of a field. */
export function fieldPlace(place: Place, name: string): Place {
  return () => {
    const parent = place();
    return parent === '' ? name : `${parent}.${name}`;
  };
}

/** A value for a message: quoted, and cut where it is long. */
export function shown(value: string | number | bigint): string {
  return shorten(typeof value === 'string' ? JSON.stringify(value.slice(0, 41)) : String(value), 40);
}
