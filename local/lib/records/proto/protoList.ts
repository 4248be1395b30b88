import type { ProtobufReader } from '../../wire/protobufReader.ts';
import { Byte } from '../jsonToken.ts';
import type { RowLineWriter } from '../rowLineWriter.ts';
import type { ProtoStructure } from './protoStructure.ts';
import type { ProtoValue } from './protoValue.ts';

/** A repeated scalar into an ARRAY, packed or not. */
export class ProtoList implements ProtoStructure {
  readonly isNeverAbsent = true;
  readonly elementWireType: number;
  readonly #element: ProtoValue;
  #index = 0;

  constructor(element: ProtoValue) {
    this.#element = element;
    this.elementWireType = element.wireType;
  }

  /** What follows the list's place in the place of the element that is being read. */
  get subscript(): string {
    return `[${this.#index}]`;
  }

  /**
   * @param ranges start, end, start, end, … of single values as they stand on the wire, or of packed ones behind their
   * length
   */
  transcodeRanges(reader: ProtobufReader, ranges: readonly number[], writer: RowLineWriter): void {
    writer.byte(Byte.openBracket);
    this.#index = 0;
    for (let at = 0; at < ranges.length; at += 2) {
      const end = ranges[at + 1] as number;
      reader.position = ranges[at] as number;
      reader.end = end;
      for (; reader.position < end; this.#index++) {
        if (this.#index > 0) {
          writer.byte(Byte.comma);
        }
        this.#element.transcode(reader, writer);
      }
    }
    writer.byte(Byte.closeBracket);
  }
}
