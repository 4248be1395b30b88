import type { TableDefinition } from 'rxjs-zerobus';
import type { Form } from '../job.ts';

/** A record in a form that clients take. */
export type InputRecord = object | string | Buffer;

/** The records of a run, again and again. */
export interface Input {
  readonly objects: readonly object[];
  /** The records as they travel: JSON text, or protobuf messages. */
  readonly encoded: readonly string[] | readonly Buffer[];
  /** For protobuf records. */
  readonly definition?: TableDefinition<object>;
}

/** How many records travel together where the caller makes the batches. */
export const BATCH_RECORDS = 1000;

/** The records of an input in one form. */
export function recordsIn(input: Input, form: Form): readonly InputRecord[] {
  return form === 'object' ? input.objects : input.encoded;
}

/** Records in groups of the same size. The last ones are left out where they are too few. */
export function inGroups<T>(records: readonly T[], size: number): T[][] {
  const count = Math.floor(records.length / size);
  return Array.from({ length: count }, (_, index) => records.slice(index * size, (index + 1) * size));
}

/** The mean length of a record as it travels, in bytes. */
export function meanBytes(input: Input): number {
  const total = input.encoded.reduce((sum, record) => sum + Buffer.byteLength(record), 0);
  return total / input.encoded.length;
}
