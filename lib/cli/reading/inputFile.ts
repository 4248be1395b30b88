import type { Readable } from 'node:stream';

/** The form of the records of an input. */
export type InputFormat = 'ndjson' | 'csv';

/** An input: a file, or standard input. */
export interface InputFile {
  /** The path as it was given, or `standard input`. */
  readonly name: string;
  readonly format: InputFormat;
  /** What separates the fields of CSV. */
  readonly delimiter: string;
  /** The content of a file; `undefined` if it is standard input. */
  readonly file: FileContent | undefined;
  /** Opens the bytes, which may be compressed. */
  readonly open: (start: number) => Readable;
}

/** What identifies the content of a file, without reading it all. */
export interface FileContent {
  readonly path: string;
  /** The number of bytes, when it was looked at. What is appended later is not read. */
  readonly size: number;
  readonly isGzip: boolean;
  /** The SHA-256 of its first and its last 64 KiB, in hexadecimal digits. */
  readonly digest: string;
}
