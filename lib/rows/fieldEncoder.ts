import type { RowWriter } from './rowWriter.ts';

/** Writes the values of one protobuf field. */
export interface FieldEncoder {
  /**
   * Writes the field's tag and a value that is there, neither null nor undefined.
   *
   * @throws {@link InvalidValue} where the value does not fit; what has been written by then is the caller's to forget
   */
  write(writer: RowWriter, value: unknown): void;
}

/** The wire types of protobuf that columns use. */
export const wireTypes = { varint: 0, fixed64: 1, lengthDelimited: 2, fixed32: 5 } as const;

/** The tag of a field. */
export function tagOf(fieldNumber: number, wireType: keyof typeof wireTypes): number {
  // Not by shifting: the largest field number would end up in the sign.
  return fieldNumber * 8 + wireTypes[wireType];
}
