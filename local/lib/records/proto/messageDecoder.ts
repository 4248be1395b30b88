import { type ProtobufReader, WireType } from '../../wire/protobufReader.ts';
import { Byte } from '../byte.ts';
import { fieldPlace, missingRequired, type Place } from '../recordError.ts';
import type { RowLineWriter } from '../rowLineWriter.ts';
import type { CompositeDecoder, ProtoDecoder } from './protoDecoder.ts';

/** Field numbers below this are looked up in an array. */
const DENSE_NUMBERS = 4096;

/** A field of a message that is a column of the table or a field of a struct. */
export interface MessageField {
  readonly number: number;
  readonly name: string;
  /** Whether each message must have the field. */
  readonly isRequired: boolean;
  /**
   * A scalar (the last value wins), a message (its parts are merged), or a list or map.
   */
  readonly content: ProtoDecoder;
}

/**
 * A message to a STRUCT, and the record itself to a row.
 *
 * Fields may come in any order and more than once. So their positions are collected first, and the values are written
 * afterwards, in the order of the table's columns. The arrays of positions live as long as the stream.
 */
export class MessageDecoder implements CompositeDecoder {
  readonly isNeverAbsent = false;
  readonly elementWireType: undefined = undefined;
  readonly #fields: readonly MessageField[];
  readonly #keys: readonly Buffer[];
  readonly #place: Place;
  readonly #slotOfNumber: Int16Array;
  readonly #slotOfLargeNumber: ReadonlyMap<number, number>;
  /** The position of each scalar field's last value, or -1. */
  readonly #positions: Int32Array;
  /** The ranges of each other field's parts: start, end, start, end, … */
  readonly #parts: readonly number[][];

  constructor(place: Place, fields: readonly MessageField[]) {
    this.#place = place;
    this.#fields = fields;
    this.#keys = fields.map(({ name }) => Buffer.from(`${JSON.stringify(name)}:`, 'utf8'));
    const small = fields.filter(({ number }) => number < DENSE_NUMBERS);
    this.#slotOfNumber = new Int16Array(Math.max(0, ...small.map(({ number }) => number)) + 1).fill(-1);
    for (const field of small) {
      this.#slotOfNumber[field.number] = fields.indexOf(field);
    }
    this.#slotOfLargeNumber = new Map(fields.map(({ number }, slot) => [number, slot]));
    this.#positions = new Int32Array(fields.length);
    this.#parts = fields.map(() => []);
  }

  /** Merges several parts of one message. */
  transcodeRanges(reader: ProtobufReader, ranges: readonly number[], writer: RowLineWriter): void {
    this.#forget();
    for (let index = 0; index < ranges.length; index += 2) {
      this.#collect(reader, ranges[index] as number, ranges[index + 1] as number);
    }
    this.#write(reader, writer);
  }

  /** The same as {@link transcodeRanges}, for a message in one part. */
  transcodeRange(reader: ProtobufReader, start: number, end: number, writer: RowLineWriter): void {
    this.#forget();
    this.#collect(reader, start, end);
    this.#write(reader, writer);
  }

  #forget(): void {
    this.#positions.fill(-1);
    for (const parts of this.#parts) {
      parts.length = 0;
    }
  }

  #collect(reader: ProtobufReader, start: number, end: number): void {
    reader.position = start;
    reader.end = end;
    while (reader.position < end) {
      const tag = reader.readTag();
      const number = tag >>> 3;
      const slot =
        number < this.#slotOfNumber.length
          ? (this.#slotOfNumber[number] as number)
          : (this.#slotOfLargeNumber.get(number) ?? -1);
      if (slot < 0) {
        reader.skip(tag);
        continue;
      }
      const { content } = this.#fields[slot] as MessageField;
      const wireType = tag & 7;
      if ('transcode' in content) {
        // Protobuf treats a value of another wire type as an unknown field.
        if (wireType === content.wireType) {
          this.#positions[slot] = reader.position;
        }
        reader.skip(tag);
      } else if (wireType === content.elementWireType) {
        const from = reader.position;
        reader.skip(tag);
        (this.#parts[slot] as number[]).push(from, reader.position);
      } else if (wireType === WireType.lengthDelimited) {
        const valueEnd = reader.readLength();
        (this.#parts[slot] as number[]).push(reader.position, valueEnd);
        reader.position = valueEnd;
      } else {
        reader.skip(tag);
      }
    }
  }

  #write(reader: ProtobufReader, writer: RowLineWriter): void {
    writer.byte(Byte.openBrace);
    let isFirst = true;
    for (let slot = 0; slot < this.#fields.length; slot++) {
      const { content, name, isRequired } = this.#fields[slot] as MessageField;
      const parts = this.#parts[slot] as number[];
      const position = this.#positions[slot] as number;
      const isAbsent = 'transcode' in content ? position < 0 : !content.isNeverAbsent && parts.length === 0;
      if (isAbsent) {
        if (isRequired) {
          throw missingRequired(fieldPlace(this.#place, name)());
        }
        continue;
      }
      if (!isFirst) {
        writer.byte(Byte.comma);
      }
      isFirst = false;
      writer.raw(this.#keys[slot] as Buffer);
      if ('transcode' in content) {
        reader.position = position;
        reader.end = reader.bytes.length;
        content.transcode(reader, writer);
      } else {
        content.transcodeRanges(reader, parts, writer);
      }
    }
    writer.byte(Byte.closeBrace);
  }
}
