import type { Place } from './invalidValue.ts';
import type { RowWriter } from './rowWriter.ts';

/** Writes the values of one protobuf field. */
export interface FieldEncoder {
  /**
   * Writes the field's tag and a value that is neither null nor undefined.
   *
   * @throws {@link InvalidValue} if the value does not fit its column; the caller must discard the bytes written so far
   */
  write(writer: RowWriter, value: unknown): void;
}

/** The encoder of a field that writes its tag, then the value. */
export abstract class TaggedEncoder implements FieldEncoder {
  /** The field number and the wire type, as {@link tagOf} combines them. */
  protected readonly tag: number;
  /** The path of the field, for errors. */
  protected readonly place: Place;

  constructor(tag: number, place: Place) {
    this.tag = tag;
    this.place = place;
  }

  abstract write(writer: RowWriter, value: unknown): void;
}

/** The protobuf wire types of columns. */
const wireTypes = { varint: 0, fixed64: 1, lengthDelimited: 2, fixed32: 5 } as const;

/** The name of a protobuf wire type. */
export type WireType = keyof typeof wireTypes;

/** Returns the tag of a field. */
export function tagOf(fieldNumber: number, wireType: WireType): number {
  // Not by shifting: the largest field number would reach the sign bit.
  return fieldNumber * 8 + wireTypes[wireType];
}
