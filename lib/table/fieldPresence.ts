import { readFields, type WireField } from './wireField.ts';

/** Field numbers and values of `google.protobuf.FieldDescriptorProto`. */
const fieldType = { label: 4, type: 5, oneofIndex: 9 } as const;
const LABEL_REPEATED = 3;
const TYPE_MESSAGE = 11;

/**
 * Whether a proto3 field distinguishes a missing value from a zero. An `optional` field is in a oneof of its own.
 *
 * @param field the fields of its FieldDescriptorProto
 */
export function hasPresence(field: readonly WireField[]): boolean {
  const numberAt = (number: number): number | undefined => field.find((each) => each.number === number)?.value[0];
  return (
    numberAt(fieldType.label) === LABEL_REPEATED ||
    numberAt(fieldType.type) === TYPE_MESSAGE ||
    numberAt(fieldType.oneofIndex) !== undefined
  );
}

/**
 * Whether a message is the entry of a map.
 *
 * @param message the fields of its DescriptorProto
 */
export function isMapEntry(message: readonly WireField[]): boolean {
  const options = message.find(({ number }) => number === 7);
  return options !== undefined && readFields(options.value).some(({ number, value }) => number === 7 && value[0] === 1);
}
