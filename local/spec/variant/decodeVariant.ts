/** A value of a variant, with the type that it is stored as. */
export type DecodedVariant =
  | null
  | boolean
  | string
  | readonly DecodedVariant[]
  | ReadonlyMap<string, DecodedVariant>
  | DecodedNumber;

/** A number of a variant. */
export interface DecodedNumber {
  readonly type: string;
  /** The unscaled value for a decimal. */
  readonly value: bigint | number;
  /** Only for a decimal. */
  readonly scale?: number;
}

const integerBytes: Readonly<Record<number, number>> = { 3: 1, 4: 2, 5: 4, 6: 8 };
const decimalBytes: Readonly<Record<number, number>> = { 8: 4, 9: 8, 10: 16 };
const decimalDigits: Readonly<Record<number, number>> = { 8: 9, 9: 18, 10: 38 };

/**
 * Decodes a variant, written directly from the text of Parquet's specification. It requires more than a reader must: no
 * bytes may be left over, no length may take more bytes than needed, all keys must be sorted and used, and values must
 * lie without gaps.
 *
 * @throws {Error} if the variant is not well-formed
 */
export function decodeVariant(metadata: Buffer, value: Buffer): DecodedVariant {
  const keys = decodeDictionary(metadata);
  const used = new Set<number>();
  const { decoded, end } = decodeValue(value, 0, keys, used);
  demand(end === value.length, `${value.length - end} bytes follow the value`);
  demand(used.size === keys.length, `${keys.length - used.size} keys of the dictionary are not used`);
  return decoded;
}

/** The keys of a variant's metadata. */
export function decodeDictionary(metadata: Buffer): readonly string[] {
  const header = metadata.readUInt8(0);
  demand((header & 0x0f) === 1, 'the version is not 1');
  demand((header & 0x10) !== 0, 'the dictionary is not said to be sorted');
  demand((header & 0x20) === 0, 'the reserved bit is set');
  const width = (header >> 6) + 1;
  const count = unsigned(metadata, 1, width);
  const offsets = Array.from({ length: count + 1 }, (_, index) => unsigned(metadata, 1 + width * (index + 1), width));
  const strings = metadata.subarray(1 + width * (count + 2));
  demand(offsets[0] === 0, 'the first offset is not 0');
  demand(offsets[count] === strings.length, 'the strings do not fill the metadata');
  demand(width === bytesFor(Math.max(count, strings.length)), 'the offsets are wider than necessary');
  const keys: string[] = [];
  let previous: Buffer | undefined;
  for (let index = 0; index < count; index++) {
    const [start, end] = [offsets[index] as number, offsets[index + 1] as number];
    demand(end >= start, 'the offsets descend');
    const key = strings.subarray(start, end);
    demand(previous === undefined || isBefore(previous, key), 'the dictionary is not sorted or not unique');
    previous = key;
    keys.push(utf8(key));
  }
  return keys;
}

function decodeValue(
  value: Buffer,
  at: number,
  keys: readonly string[],
  used: Set<number>,
): { decoded: DecodedVariant; end: number } {
  const header = value.readUInt8(at);
  const bits = header >> 2;
  switch (header & 3) {
    case 0:
      return decodePrimitive(value, at + 1, bits);
    case 1:
      demand(at + 1 + bits <= value.length, 'a short string ends beyond the value');
      return { decoded: utf8(value.subarray(at + 1, at + 1 + bits)), end: at + 1 + bits };
    case 2:
      return decodeObject(value, at + 1, bits, keys, used);
    default:
      return decodeArray(value, at + 1, bits, keys, used);
  }
}

function decodePrimitive(value: Buffer, at: number, type: number): { decoded: DecodedVariant; end: number } {
  if (type === 0) {
    return { decoded: null, end: at };
  }
  if (type === 1 || type === 2) {
    return { decoded: type === 1, end: at };
  }
  if (type === 7) {
    return { decoded: { type: 'double', value: value.readDoubleLE(at) }, end: at + 8 };
  }
  if (type === 16) {
    const length = value.readUInt32LE(at);
    demand(length > 63, 'a string that is short is stored as a long one');
    demand(at + 4 + length <= value.length, 'a long string ends beyond the value');
    return { decoded: utf8(value.subarray(at + 4, at + 4 + length)), end: at + 4 + length };
  }
  const ofInteger = integerBytes[type];
  if (ofInteger !== undefined) {
    const decoded = { type: `int${ofInteger * 8}`, value: signed(value, at, ofInteger) };
    return { decoded, end: at + ofInteger };
  }
  const ofDecimal = decimalBytes[type];
  if (ofDecimal !== undefined) {
    const scale = value.readUInt8(at);
    const unscaled = signed(value, at + 1, ofDecimal);
    demand(scale <= 38, 'the scale of a decimal is beyond 38');
    demand(
      String(unscaled).replace('-', '').length <= (decimalDigits[type] as number),
      'a decimal has too many digits',
    );
    return { decoded: { type: `decimal${ofDecimal}`, value: unscaled, scale }, end: at + 1 + ofDecimal };
  }
  throw new Error(`the primitive type ${type} is not one that JSON needs`);
}

function decodeObject(
  value: Buffer,
  at: number,
  bits: number,
  keys: readonly string[],
  used: Set<number>,
): { decoded: DecodedVariant; end: number } {
  const [offsetWidth, idWidth, countWidth] = [(bits & 3) + 1, ((bits >> 2) & 3) + 1, ((bits >> 4) & 1) === 1 ? 4 : 1];
  demand(bits >> 5 === 0, 'a reserved bit of an object is set');
  const count = unsigned(value, at, countWidth);
  demand(countWidth === (count > 255 ? 4 : 1), 'the size of an object is wider than necessary');
  const ids = Array.from({ length: count }, (_, index) => unsigned(value, at + countWidth + index * idWidth, idWidth));
  demand(idWidth === bytesFor(ids.at(-1) ?? 0), 'the ids of an object are wider than necessary');
  const names = ids.map((id) => {
    demand(id < keys.length, 'the id of a field is beyond the dictionary');
    used.add(id);
    return keys[id] as string;
  });
  for (let index = 1; index < count; index++) {
    const [one, other] = [Buffer.from(names[index - 1] as string), Buffer.from(names[index] as string)];
    demand(isBefore(one, other), 'the fields of an object are not sorted or not unique');
  }
  const { items, end } = decodeMembers(value, at + countWidth + count * idWidth, count, offsetWidth, keys, used);
  return { decoded: new Map(names.map((name, index) => [name, items[index] as DecodedVariant])), end };
}

function decodeArray(
  value: Buffer,
  at: number,
  bits: number,
  keys: readonly string[],
  used: Set<number>,
): { decoded: DecodedVariant; end: number } {
  const [offsetWidth, countWidth] = [(bits & 3) + 1, ((bits >> 2) & 1) === 1 ? 4 : 1];
  demand(bits >> 3 === 0, 'a reserved bit of an array is set');
  const count = unsigned(value, at, countWidth);
  demand(countWidth === (count > 255 ? 4 : 1), 'the size of an array is wider than necessary');
  const { items, end } = decodeMembers(value, at + countWidth, count, offsetWidth, keys, used);
  return { decoded: items, end };
}

/** Decodes the offsets and their values, and requires that the values fill their space without gaps. */
function decodeMembers(
  value: Buffer,
  at: number,
  count: number,
  width: number,
  keys: readonly string[],
  used: Set<number>,
): { items: readonly DecodedVariant[]; end: number } {
  const offsets = Array.from({ length: count + 1 }, (_, index) => unsigned(value, at + index * width, width));
  const start = at + (count + 1) * width;
  const bytes = offsets[count] as number;
  demand(width === bytesFor(bytes), 'offsets are wider than necessary');
  const ends = new Map<number, number>();
  const items = offsets.slice(0, count).map((offset) => {
    const { decoded, end } = decodeValue(value, start + offset, keys, used);
    demand(!ends.has(offset), 'two values lie at the same place');
    ends.set(offset, end - start);
    return decoded;
  });
  let filled = 0;
  for (let index = 0; index < count; index++) {
    const next = ends.get(filled);
    demand(next !== undefined, 'there is a gap between two values');
    filled = next as number;
  }
  demand(filled === bytes, 'the values do not end where the last offset says');
  return { items, end: start + bytes };
}

function signed(value: Buffer, at: number, bytes: number): bigint {
  let result = 0n;
  for (let index = bytes - 1; index >= 0; index--) {
    result = (result << 8n) | BigInt(value.readUInt8(at + index));
  }
  return BigInt.asIntN(bytes * 8, result);
}

function unsigned(value: Buffer, at: number, bytes: number): number {
  let result = 0;
  for (let index = bytes - 1; index >= 0; index--) {
    result = result * 256 + value.readUInt8(at + index);
  }
  return result;
}

function bytesFor(largest: number): number {
  let bytes = 1;
  while (largest >= 256 ** bytes) {
    bytes++;
  }
  return bytes;
}

function isBefore(one: Buffer, other: Buffer): boolean {
  return Buffer.compare(one, other) < 0;
}

function utf8(bytes: Buffer): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

function demand(condition: boolean, problem: string): void {
  if (!condition) {
    throw new Error(problem);
  }
}
