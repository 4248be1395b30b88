import { endSentence } from '../errors/endSentence.ts';
import { kindOf } from '../errors/kindOf.ts';
import { reasonOf } from '../errors/reasonOf.ts';
import { ZerobusError } from '../errors/zerobusError.ts';

/** The key of a partition: any primitive but a symbol, such as `sensor-7`. */
export type PartitionKey = string | number | bigint | boolean | null | undefined;

/** The option `partitionBy`: returns the key of a record. Records with the same key keep their order. */
export type PartitionBy<Row> = Keyed<Row>['partitionBy'];

/** A method, because its parameter may be of a narrower type, such as that of the user's records. */
interface Keyed<Row> {
  partitionBy(record: Row): PartitionKey;
}

/**
 * Returns the key of a record.
 *
 * @throws {@link ZerobusError} `INVALID_RECORD` if the option `partitionBy` throws
 */
export function keyOf<T>(record: T, partitionBy: PartitionBy<T>): PartitionKey {
  try {
    return partitionBy(record);
  } catch (cause) {
    throw new ZerobusError(
      'INVALID_RECORD',
      `partitionBy has not returned the key of the record: ${endSentence(reasonOf(cause))} Return undefined for a record without one, or take it in by rejected.`,
      { cause },
    );
  }
}

/** The parameters of the hash FNV-1a. */
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Returns the number of the stream that takes the records of a key, from 0 on. It depends on nothing but the text of
 * the key and the number of streams.
 *
 * @throws {@link ZerobusError} `INVALID_RECORD` if the key has no text that stays the same
 */
export function partitionOf(key: PartitionKey, streams: number): number {
  if (typeof key === 'symbol' || typeof key === 'function' || (typeof key === 'object' && key !== null)) {
    throw new ZerobusError(
      'INVALID_RECORD',
      `partitionBy must return a string, a number or another primitive, got ${kindOf(key)}.`,
    );
  }
  const text = String(key);
  let hash = FNV_OFFSET;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME);
  }
  // The low bits of FNV depend on few bits of the text.
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return ((hash ^ (hash >>> 16)) >>> 0) % streams;
}
