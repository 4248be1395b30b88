import { type ProtobufReader, WireType } from '../../wire/protobufReader.ts';
import { Byte } from '../byte.ts';
import type { RowLineWriter } from '../rowLineWriter.ts';
import { quote } from '../valueRules.ts';
import type { CompositeDecoder, ProtoDecoder, ScalarDecoder } from './protoDecoder.ts';

const KEY_FIELD = 1;
const VALUE_FIELD = 2;

/** A map field to a MAP. If entries have the same key, the last one wins. */
export class MapDecoder implements CompositeDecoder {
  readonly isNeverAbsent = true;
  readonly elementWireType: undefined = undefined;
  readonly #key: ScalarDecoder;
  readonly #value: ProtoDecoder;
  #currentKey = '';

  constructor(key: ScalarDecoder, value: ProtoDecoder) {
    this.#key = key;
    this.#value = value;
  }

  /** The subscript of the current value, for error messages. */
  get subscript(): string {
    return `[${quote(this.#currentKey)}]`;
  }

  /** @param ranges start, end, start, end, … of the entries */
  transcodeRanges(reader: ProtobufReader, ranges: readonly number[], writer: RowLineWriter): void {
    const entries = new Map<string, readonly number[]>();
    for (let at = 0; at < ranges.length; at += 2) {
      const valueRanges: number[] = [];
      const key = this.#readEntry(reader, ranges[at] as number, ranges[at + 1] as number, valueRanges);
      entries.set(key, valueRanges);
    }
    writer.byte(Byte.openBrace);
    let isFirst = true;
    for (const [key, valueRanges] of entries) {
      if (!isFirst) {
        writer.byte(Byte.comma);
      }
      isFirst = false;
      this.#currentKey = key;
      const keyBytes = Buffer.from(key, 'utf8');
      writer.utf8String(keyBytes, 0, keyBytes.length);
      writer.byte(Byte.colon);
      this.#writeValue(reader, valueRanges, writer);
    }
    writer.byte(Byte.closeBrace);
  }

  /** Reads an entry's key, and adds the ranges of its value to `valueRanges`. It stays empty if the value is absent. */
  #readEntry(reader: ProtobufReader, start: number, end: number, valueRanges: number[]): string {
    let key = this.#key.defaultKey;
    reader.position = start;
    reader.end = end;
    const valueWireType = 'transcode' in this.#value ? this.#value.wireType : WireType.lengthDelimited;
    while (reader.position < end) {
      const tag = reader.readTag();
      if (tag === ((KEY_FIELD << 3) | this.#key.wireType)) {
        key = this.#key.keyText(reader);
      } else if (tag === ((VALUE_FIELD << 3) | valueWireType)) {
        if ('transcode' in this.#value) {
          valueRanges.length = 0;
          valueRanges.push(reader.position);
          reader.skip(tag);
          valueRanges.push(reader.position);
        } else {
          const valueEnd = reader.readLength();
          valueRanges.push(reader.position, valueEnd);
          reader.position = valueEnd;
        }
      } else {
        reader.skip(tag);
      }
    }
    return key;
  }

  #writeValue(reader: ProtobufReader, valueRanges: readonly number[], writer: RowLineWriter): void {
    if (!('transcode' in this.#value)) {
      this.#value.transcodeRanges(reader, valueRanges, writer);
    } else if (valueRanges.length === 0) {
      this.#value.transcodeDefault(writer);
    } else {
      reader.position = valueRanges[0] as number;
      reader.end = valueRanges[1] as number;
      this.#value.transcode(reader, writer);
    }
  }
}
