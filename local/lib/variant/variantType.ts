/** The kinds of values, in the lowest two bits of a value's first byte. */
export const BasicType = { primitive: 0, shortString: 1, object: 2, array: 3 } as const;

/** The types of primitive values, in the upper six bits of the first byte. */
export const PrimitiveType = {
  null: 0,
  true: 1,
  false: 2,
  int8: 3,
  int16: 4,
  int32: 5,
  int64: 6,
  double: 7,
  decimal4: 8,
  decimal8: 9,
  decimal16: 10,
  string: 16,
} as const;

/** The first byte of a value: its basic type, and six bits whose meaning depends on it. */
export function valueHeader(basicType: number, bits: number): number {
  return (bits << 2) | basicType;
}
