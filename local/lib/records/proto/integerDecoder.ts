import { type ProtobufReader, WireType } from '../../wire/protobufReader.ts';
import { Byte } from '../byte.ts';
import { type Place, typeIncompatible } from '../recordError.ts';
import type { RowLineWriter } from '../rowLineWriter.ts';
import type { IntegerRange } from '../valueRules.ts';
import { FieldType } from './descriptor.ts';
import type { ScalarDecoder } from './protoDecoder.ts';

const TWO_TO_32 = 0x1_0000_0000;
const SAFE_HIGH = 0x20_0000;

/** int32, sint32, sfixed32, int64, sint64 and sfixed64 to an integral column. The column's range is checked exactly. */
export class IntegerDecoder implements ScalarDecoder {
  readonly wireType: number;
  readonly defaultKey: string = '0';
  readonly #place: Place;
  readonly #range: IntegerRange;
  readonly #min: number;
  readonly #max: number;
  readonly #fieldType: number;

  constructor(place: Place, range: IntegerRange, fieldType: number) {
    this.#place = place;
    this.#range = range;
    this.#min = Number(range.min);
    this.#max = Number(range.max);
    this.#fieldType = fieldType;
    if (fieldType === FieldType.sfixed32) {
      this.wireType = WireType.fixed32;
    } else if (fieldType === FieldType.sfixed64) {
      this.wireType = WireType.fixed64;
    } else {
      this.wireType = WireType.varint;
    }
  }

  transcode(reader: ProtobufReader, writer: RowLineWriter): void {
    this.#read(reader);
    const { low, high } = reader;
    if (high < SAFE_HIGH && high >= -SAFE_HIGH) {
      writer.integer(this.#check(high * TWO_TO_32 + (low >>> 0)));
    } else {
      writer.ascii(this.#exactText(high, low));
    }
  }

  transcodeDefault(writer: RowLineWriter): void {
    writer.byte(Byte.zero);
  }

  keyText(reader: ProtobufReader): string {
    this.#read(reader);
    return this.#exactText(reader.high, reader.low);
  }

  /** Reads the value into the reader's `low` and `high`. */
  #read(reader: ProtobufReader): void {
    switch (this.#fieldType) {
      case FieldType.int32:
        reader.readVarint();
        reader.high = reader.low >> 31;
        return;
      case FieldType.sint32:
        reader.readVarint();
        reader.low = (reader.low >>> 1) ^ -(reader.low & 1);
        reader.high = reader.low >> 31;
        return;
      case FieldType.sfixed32:
        reader.low = reader.bytes.readInt32LE(reader.advance(4));
        reader.high = reader.low >> 31;
        return;
      case FieldType.sint64: {
        reader.readVarint();
        const sign = -(reader.low & 1);
        reader.low = ((reader.low >>> 1) | (reader.high << 31)) ^ sign;
        reader.high = (reader.high >>> 1) ^ sign;
        return;
      }
      case FieldType.sfixed64:
        reader.readFixed64();
        return;
      default:
        reader.readVarint();
    }
  }

  #check(value: number): number {
    if (value < this.#min || value > this.#max) {
      throw this.#outOfRange(String(value));
    }
    return value;
  }

  #exactText(high: number, low: number): string {
    const value = (BigInt(high) << 32n) | BigInt(low >>> 0);
    if (value < this.#range.min || value > this.#range.max) {
      throw this.#outOfRange(String(value));
    }
    return String(value);
  }

  #outOfRange(text: string): Error {
    return typeIncompatible(this.#place, `${text} is out of the range of ${this.#range.name}`);
  }
}
