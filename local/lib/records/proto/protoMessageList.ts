import type { ProtobufReader } from '../../wire/protobufReader.ts';
import { Byte } from '../jsonToken.ts';
import type { RowLineWriter } from '../rowLineWriter.ts';
import type { ProtoMessage } from './protoMessage.ts';
import type { ProtoStructure } from './protoStructure.ts';

/** A repeated message into an ARRAY of STRUCT. */
export class ProtoMessageList implements ProtoStructure {
  readonly isNeverAbsent = true;
  readonly elementWireType: undefined = undefined;
  readonly #element: ProtoMessage;
  #index = 0;

  constructor(element: ProtoMessage) {
    this.#element = element;
  }

  /** What follows the list's place in the place of the element that is being read. */
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
