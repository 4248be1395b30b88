import type { ProtobufReader } from '../../wire/protobufReader.ts';
import { Byte } from '../byte.ts';
import type { RowLineWriter } from '../rowLineWriter.ts';
import type { MessageDecoder } from './messageDecoder.ts';
import type { CompositeDecoder, ScalarDecoder } from './protoDecoder.ts';

/** A repeated scalar, packed or not, to an ARRAY. */
export class ScalarListDecoder implements CompositeDecoder {
  readonly isNeverAbsent = true;
  readonly elementWireType: number;
  readonly #element: ScalarDecoder;
  #index = 0;

  constructor(element: ScalarDecoder) {
    this.#element = element;
    this.elementWireType = element.wireType;
  }

  /** The subscript of the current element, for error messages. */
  get subscript(): string {
    return `[${this.#index}]`;
  }

  /**
   * @param ranges start, end, start, end, … of single values, or of packed values after their length
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

/** A repeated message to an ARRAY of STRUCT. */
export class MessageListDecoder implements CompositeDecoder {
  readonly isNeverAbsent = true;
  readonly elementWireType: undefined = undefined;
  readonly #element: MessageDecoder;
  #index = 0;

  constructor(element: MessageDecoder) {
    this.#element = element;
  }

  /** The subscript of the current element, for error messages. */
  get subscript(): string {
    return `[${this.#index}]`;
  }

  /** @param ranges start, end, start, end, … of the messages */
  transcodeRanges(reader: ProtobufReader, ranges: readonly number[], writer: RowLineWriter): void {
    writer.byte(Byte.openBracket);
    for (let at = 0; at < ranges.length; at += 2) {
      this.#index = at / 2;
      if (at > 0) {
        writer.byte(Byte.comma);
      }
      this.#element.transcodeRange(reader, ranges[at] as number, ranges[at + 1] as number, writer);
    }
    writer.byte(Byte.closeBracket);
  }
}
