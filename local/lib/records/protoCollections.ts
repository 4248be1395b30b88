import { type ProtobufReader, WireType } from '../wire/protobufReader.ts';
import type { ProtoMessage } from './protoMessage.ts';
import type { ProtoValue } from './protoValue.ts';
import type { RowLineWriter } from './rowLineWriter.ts';
import { quote } from './valueRules.ts';

const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const COMMA = 0x2c;
const COLON = 0x3a;
const KEY_FIELD = 1;
const VALUE_FIELD = 2;

/** A field that is repeated. */
export type ProtoCollection = ProtoList | ProtoMessageList | ProtoMap;

/** A repeated scalar into an ARRAY, packed or not. */
export class ProtoList {
  readonly kind = 'list';
  readonly element: ProtoValue;
  private index = 0;

  constructor(element: ProtoValue) {
    this.element = element;
  }

  /** What follows the list's place in the place of the element that is being read. */
  get subscript(): string {
    return `[${this.index}]`;
  }

  /** @param ranges start, end, start, end, … of single values as they stand on the wire, or of packed ones behind their length */
  transcodeRanges(reader: ProtobufReader, ranges: readonly number[], writer: RowLineWriter): void {
    writer.byte(OPEN_BRACKET);
    this.index = 0;
    for (let at = 0; at < ranges.length; at += 2) {
      const end = ranges[at + 1] as number;
      reader.position = ranges[at] as number;
      reader.end = end;
      for (; reader.position < end; this.index++) {
        if (this.index > 0) writer.byte(COMMA);
        this.element.transcode(reader, writer);
      }
    }
    writer.byte(CLOSE_BRACKET);
  }
}

/** A repeated message into an ARRAY of STRUCT. */
export class ProtoMessageList {
  readonly kind = 'messages';
  private readonly element: ProtoMessage;
  private index = 0;

  constructor(element: ProtoMessage) {
    this.element = element;
  }

  /** What follows the list's place in the place of the element that is being read. */
  get subscript(): string {
    return `[${this.index}]`;
  }

  /** @param ranges start, end, start, end, … of the messages */
  transcodeRanges(reader: ProtobufReader, ranges: readonly number[], writer: RowLineWriter): void {
    writer.byte(OPEN_BRACKET);
    for (let at = 0; at < ranges.length; at += 2) {
      this.index = at / 2;
      if (at > 0) writer.byte(COMMA);
      this.element.transcodeRange(reader, ranges[at] as number, ranges[at + 1] as number, writer);
    }
    writer.byte(CLOSE_BRACKET);
  }
}

/** A map field into a MAP. Of entries with the same key the last one wins. */
export class ProtoMap {
  readonly kind = 'map';
  private readonly key: ProtoValue;
  private readonly value: ProtoValue | ProtoMessage;
  private currentKey = '';

  constructor(key: ProtoValue, value: ProtoValue | ProtoMessage) {
    this.key = key;
    this.value = value;
  }

  /** What follows the map's place in the place of the value that is being read. */
  get subscript(): string {
    return `[${quote(this.currentKey)}]`;
  }

  /** @param ranges start, end, start, end, … of the entries */
  transcodeRanges(reader: ProtobufReader, ranges: readonly number[], writer: RowLineWriter): void {
    const entries = new Map<string, readonly number[]>();
    for (let at = 0; at < ranges.length; at += 2) {
      const valueRanges: number[] = [];
      const key = this.readEntry(reader, ranges[at] as number, ranges[at + 1] as number, valueRanges);
      entries.set(key, valueRanges);
    }
    writer.byte(OPEN_BRACE);
    let isFirst = true;
    for (const [key, valueRanges] of entries) {
      if (!isFirst) writer.byte(COMMA);
      isFirst = false;
      this.currentKey = key;
      const keyBytes = Buffer.from(key, 'utf8');
      writer.utf8String(keyBytes, 0, keyBytes.length);
      writer.byte(COLON);
      this.writeValue(reader, valueRanges, writer);
    }
    writer.byte(CLOSE_BRACE);
  }

  /** Reads an entry's key, and puts the places of its value into `valueRanges`: none where the value is left out. */
  private readEntry(reader: ProtobufReader, start: number, end: number, valueRanges: number[]): string {
    let key = this.key.defaultKey;
    reader.position = start;
    reader.end = end;
    const valueWireType = 'transcode' in this.value ? this.value.wireType : WireType.lengthDelimited;
    while (reader.position < end) {
      const tag = reader.readTag();
      if (tag === ((KEY_FIELD << 3) | this.key.wireType)) key = this.key.keyText(reader);
      else if (tag === ((VALUE_FIELD << 3) | valueWireType)) {
        if ('transcode' in this.value) {
          valueRanges.length = 0;
          valueRanges.push(reader.position);
          reader.skip(tag);
          valueRanges.push(reader.position);
        } else {
          const valueEnd = reader.readLength();
          valueRanges.push(reader.position, valueEnd);
          reader.position = valueEnd;
        }
      } else reader.skip(tag);
    }
    return key;
  }

  private writeValue(reader: ProtobufReader, valueRanges: readonly number[], writer: RowLineWriter): void {
    if (!('transcode' in this.value)) this.value.transcodeRanges(reader, valueRanges, writer);
    else if (valueRanges.length === 0) this.value.transcodeDefault(writer);
    else {
      reader.position = valueRanges[0] as number;
      reader.end = valueRanges[1] as number;
      this.value.transcode(reader, writer);
    }
  }
}
