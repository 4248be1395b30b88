import type { Reader } from '../../inputs/reader.ts';

/** A record as it was read: a line of NDJSON, or the fields of a record of CSV. */
export type InputRecord = string | readonly string[];

/** The place of a record in its input. */
export interface RecordPlace {
  /** The number of the line that it begins on, from 1. */
  readonly line: number;
  /** The number of the line that it ends on. */
  readonly endLine: number;
  /** The offset of the first byte after it, from 0, in the uncompressed input. */
  readonly endByte: number;
}

/** Reads the records of one input, and knows the place of the one that was read last. */
export interface RecordReader extends Reader<InputRecord>, RecordPlace {
  /** The names of the fields, if the records are fields. */
  readonly header: readonly string[] | undefined;
}

/** The end of the last record that need not be read again. */
export interface ResumePlace {
  /** The number of the line that it ends on. */
  readonly line: number;
  /** The offset of the first byte after it, in the uncompressed input. */
  readonly byte: number;
}
