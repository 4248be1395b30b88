import type { TableDefinition } from 'rxjs-zerobus';
import type { Form } from '../job.ts';

/** A record in a form that clients accept. */
export type InputRecord = object | string | Buffer;

/** The records of a run, which are sent repeatedly. */
export interface Input {
  readonly objects: readonly object[];
  /** The records in their wire form: JSON text, or protobuf messages. */
  readonly encoded: readonly string[] | readonly Buffer[];
  /** The table definition of protobuf records. */
  readonly definition?: TableDefinition<object>;
}

/** How many records are in a batch if the caller creates the batches. */
export const BATCH_RECORDS = 1000;

/** The records of an input in one form. */
export function recordsIn(input: Input, form: Form): readonly InputRecord[] {
  return form === 'object' ? input.objects : input.encoded;
}

/** Splits records into groups of equal size. Remaining records are omitted. */
export function inGroups<T>(records: readonly T[], size: number): T[][] {
  const count = Math.floor(records.length / size);
  return Array.from({ length: count }, (_, index) => records.slice(index * size, (index + 1) * size));
}

/** The mean length of a record in its wire form, in bytes. */
export function meanBytes(input: Input): number {
  const total = input.encoded.reduce((sum, record) => sum + Buffer.byteLength(record), 0);
  return total / input.encoded.length;
}
