/** The reason why a record or a descriptor does not fit a table, as `ErrorInfo.metadata.causes` names it. */
export type SchemaCause = 'FIELD_NOT_IN_TABLE' | 'MISSING_REQUIRED_COLUMN' | 'TYPE_INCOMPATIBLE';

/**
 * Returns a value's place in a record, such as `tags[1]`, or '' for the record itself. Only called for an error.
 */
export type Place = () => string;

/** A record or a descriptor that the table can't take. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
  /** Empty if the bytes can't be read, so that they were not compared with the table. */
  readonly causes: readonly SchemaCause[];
  /** The place in the record. */
  readonly path: string;
  /** The problem, without its place. */
  readonly problem: string;
  /** The record's place in its request, once that is known. */
  readonly index: number | undefined;

  constructor(problem: string, path: string, causes: readonly SchemaCause[], index?: number) {
    super(path === '' ? problem : `${path}: ${problem}`);
    this.problem = problem;
    this.path = path;
    this.causes = causes;
    this.index = index;
  }

  /**
   * The place and the causes, for logs. A problem may quote values of the record, and so may a place from its first map
   * key on. A descriptor has no values.
   */
  get logText(): string {
    if (this.path.startsWith('descriptor_proto')) {
      return this.message;
    }
    const [place] = this.path.split('["');
    return `${[...new Set(this.causes)].join(', ') || 'malformed'} at ${place || 'the record'}`;
  }

  /** The same error with the record's place in its request: `records[3].tags[1]`. */
  inRecord(index: number): RecordError {
    const place = `records[${index}]`;
    return new RecordError(this.problem, this.path === '' ? place : `${place}.${this.path}`, this.causes, index);
  }
}

/** Makes the error for bytes that are not JSON, not a protobuf message or not UTF-8. */
export function malformed(problem: string, path = ''): RecordError {
  return new RecordError(problem, path, []);
}

/** Makes the error for a value of the wrong type, or out of its type's range. */
export function typeIncompatible(place: Place, problem: string): RecordError {
  return new RecordError(problem, place(), ['TYPE_INCOMPATIBLE']);
}

/**
 * Makes the error for a NOT NULL column that is absent or null.
 *
 * @param similar a field of the record that may have been meant
 */
export function missingRequired(path: string, similar?: string): RecordError {
  const hint = similar === undefined ? '' : `, which has ${JSON.stringify(similar)} instead`;
  return new RecordError(`is NOT NULL in the table, but missing or null in the record${hint}`, path, [
    'MISSING_REQUIRED_COLUMN',
  ]);
}

/** Makes the error for a column that records must not have. */
export function refusedColumn(place: Place, problem: string): RecordError {
  return new RecordError(problem, place(), ['FIELD_NOT_IN_TABLE']);
}

/** The place of a struct's field. */
export function fieldPlace(parent: Place, name: string): Place {
  return () => {
    const path = parent();
    return path === '' ? name : `${path}.${name}`;
  };
}
