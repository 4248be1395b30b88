import type { VariantNodes } from './variantNodes.ts';
import { BasicType, valueHeader } from './variantType.ts';
import { widthOf, writeUnsigned } from './writeUnsigned.ts';

const MAX_SMALL_COUNT = 0xff;

/**
 * Lays out the value of a variant. An object or array begins with the positions of its members. So their sizes are
 * added up first, from the innermost outwards, and then everything is written in the order of the text.
 *
 * @param nodes the values
 * @param ids the ids of the keys in the metadata
 */
export function layOutValue(nodes: VariantNodes, ids: readonly number[]): Buffer {
  return new ValueLayout(nodes, ids).write();
}

/** The members of an object or array, as far as its own size depends on them. */
interface Members {
  count: number;
  /** The bytes of all members. */
  bytes: number;
  /** The largest id of a key. 0 for an array. */
  largestId: number;
}

class ValueLayout {
  readonly #nodes: VariantNodes;
  readonly #ids: readonly number[];
  /** The bytes of each value, including everything in it. */
  readonly #sizes: number[];

  constructor(nodes: VariantNodes, ids: readonly number[]) {
    this.#nodes = nodes;
    this.#ids = ids;
    this.#sizes = nodes.sizes.slice();
    for (let node = this.#sizes.length - 1; node >= 0; node--) {
      if (nodes.basicTypes[node] !== BasicType.primitive) {
        const { count, bytes, largestId } = this.#membersOf(node);
        const idBytes = nodes.basicTypes[node] === BasicType.object ? count * widthOf(largestId) : 0;
        this.#sizes[node] = 1 + countWidth(count) + idBytes + (count + 1) * widthOf(bytes) + bytes;
      }
    }
  }

  write(): Buffer {
    const { basicTypes, scalars } = this.#nodes;
    const value = Buffer.allocUnsafe(this.#sizes[0] as number);
    let at = 0;
    let scalarStart = 0;
    let scalarEnd = 0;
    for (let node = 0; node < this.#sizes.length; node++) {
      if (basicTypes[node] === BasicType.primitive) {
        scalarEnd += this.#sizes[node] as number;
      } else {
        at += scalars.copy(value, at, scalarStart, scalarEnd);
        scalarStart = scalarEnd;
        at =
          basicTypes[node] === BasicType.object
            ? this.#writeFields(value, at, node)
            : this.#writeItems(value, at, node);
      }
    }
    scalars.copy(value, at, scalarStart, scalarEnd);
    return value;
  }

  #membersOf(node: number): Members {
    const { basicTypes, ends, keyIndexes } = this.#nodes;
    const isObject = basicTypes[node] === BasicType.object;
    const end = ends[node] as number;
    const members: Members = { count: 0, bytes: 0, largestId: 0 };
    for (let member = node + 1; member < end; member = ends[member] as number) {
      members.count++;
      members.bytes += this.#sizes[member] as number;
      if (isObject) {
        members.largestId = Math.max(members.largestId, this.#ids[keyIndexes[member] as number] as number);
      }
    }
    return members;
  }

  /** Writes the positions of an object's fields in the order of their keys, which is the order of the keys' ids. */
  #writeFields(value: Buffer, position: number, node: number): number {
    const { ends, keyIndexes } = this.#nodes;
    const { count, bytes, largestId } = this.#membersOf(node);
    const [idWidth, offsetWidth] = [widthOf(largestId), widthOf(bytes)];
    const ids: number[] = [];
    const offsets: number[] = [];
    let offset = 0;
    for (let member = node + 1; ids.length < count; member = ends[member] as number) {
      ids.push(this.#ids[keyIndexes[member] as number] as number);
      offsets.push(offset);
      offset += this.#sizes[member] as number;
    }
    const order = ids.map((_, index) => index).sort((one, other) => (ids[one] as number) - (ids[other] as number));
    const bits = (isLarge(count) << 4) | ((idWidth - 1) << 2) | (offsetWidth - 1);
    let at = writeUnsigned(value, valueHeader(BasicType.object, bits), position, 1);
    at = writeUnsigned(value, count, at, countWidth(count));
    for (const index of order) {
      at = writeUnsigned(value, ids[index] as number, at, idWidth);
    }
    for (const index of order) {
      at = writeUnsigned(value, offsets[index] as number, at, offsetWidth);
    }
    return writeUnsigned(value, bytes, at, offsetWidth);
  }

  /** Writes the positions of an array's items. */
  #writeItems(value: Buffer, position: number, node: number): number {
    const { ends } = this.#nodes;
    const { count, bytes } = this.#membersOf(node);
    const width = widthOf(bytes);
    let at = writeUnsigned(value, valueHeader(BasicType.array, (isLarge(count) << 2) | (width - 1)), position, 1);
    at = writeUnsigned(value, count, at, countWidth(count));
    let offset = 0;
    for (let member = node + 1; offset < bytes; member = ends[member] as number) {
      at = writeUnsigned(value, offset, at, width);
      offset += this.#sizes[member] as number;
    }
    return writeUnsigned(value, bytes, at, width);
  }
}

function isLarge(count: number): number {
  return count > MAX_SMALL_COUNT ? 1 : 0;
}

function countWidth(count: number): number {
  return count > MAX_SMALL_COUNT ? 4 : 1;
}
