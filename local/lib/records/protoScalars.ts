import { isUtf8 } from 'node:buffer';
import { type ProtobufReader, WireType } from '../wire/protobufReader.ts';
import { FieldType } from './descriptor.ts';
import type { ProtoValue } from './protoValue.ts';
import { malformed, type Place, typeIncompatible } from './recordError.ts';
import type { RowLineWriter } from './rowLineWriter.ts';
import type { IntegerRange } from './valueRules.ts';

const TWO_TO_32 = 0x1_0000_0000;
const SAFE_HIGH = 0x20_0000;
const ZERO = 0x30;

/** int32, sint32, sfixed32, int64, sint64, sfixed64 into an integral column: exact, in the column's range. */
export class ProtoInteger implements ProtoValue {
  readonly wireType: number;
  readonly defaultKey: string = '0';
  private readonly place: Place;
  private readonly label: string;
  private readonly range: IntegerRange;
  private readonly min: number;
  private readonly max: number;
  private readonly fieldType: number;

  constructor(place: Place, label: string, range: IntegerRange, fieldType: number) {
    this.place = place;
    this.label = label;
    this.range = range;
    this.min = Number(range.min);
    this.max = Number(range.max);
    this.fieldType = fieldType;
    if (fieldType === FieldType.sfixed32) this.wireType = WireType.fixed32;
    else if (fieldType === FieldType.sfixed64) this.wireType = WireType.fixed64;
    else this.wireType = WireType.varint;
  }

  transcode(reader: ProtobufReader, writer: RowLineWriter): void {
    this.read(reader);
    const { low, high } = reader;
    if (high < SAFE_HIGH && high >= -SAFE_HIGH) writer.integer(this.check(high * TWO_TO_32 + (low >>> 0)));
    else writer.ascii(this.exactText(high, low));
  }

  transcodeDefault(writer: RowLineWriter): void {
    writer.byte(ZERO);
  }

  keyText(reader: ProtobufReader): string {
    this.read(reader);
    return this.exactText(reader.high, reader.low);
  }

  /** Reads the value into the reader's `low` and `high`. */
  private read(reader: ProtobufReader): void {
    switch (this.fieldType) {
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

  private check(value: number): number {
    if (value < this.min || value > this.max) throw this.outOfRange(String(value));
    return value;
  }

  private exactText(high: number, low: number): string {
    const value = (BigInt(high) << 32n) | BigInt(low >>> 0);
    if (value < this.range.min || value > this.range.max) throw this.outOfRange(String(value));
    return String(value);
  }

  private outOfRange(text: string): Error {
    return typeIncompatible(this.place, `${text} is out of the range of ${this.label}`);
  }
}

/** float and double: also NaN and the infinities, which have names in row lines. */
export class ProtoFloat implements ProtoValue {
  readonly wireType: number;
  readonly defaultKey: string = '';

  /** @param isFloat32 whether the field, not the column, is a float */
  constructor(isFloat32: boolean) {
    this.wireType = isFloat32 ? WireType.fixed32 : WireType.fixed64;
  }

  transcode(reader: ProtobufReader, writer: RowLineWriter): void {
    const value =
      this.wireType === WireType.fixed32
        ? reader.bytes.readFloatLE(reader.advance(4))
        : reader.bytes.readDoubleLE(reader.advance(8));
    if (Number.isFinite(value)) writer.ascii(Object.is(value, -0) ? '-0.0' : String(value));
    else writer.ascii(`"${value}"`);
  }

  transcodeDefault(writer: RowLineWriter): void {
    writer.byte(ZERO);
  }

  keyText(): string {
    throw malformed('protobuf has no maps with floating-point keys');
  }
}

/** bool. */
export class ProtoBoolean implements ProtoValue {
  readonly wireType: number = WireType.varint;
  readonly defaultKey: string = 'false';

  transcode(reader: ProtobufReader, writer: RowLineWriter): void {
    writer.ascii(this.keyText(reader));
  }

  transcodeDefault(writer: RowLineWriter): void {
    writer.ascii('false');
  }

  keyText(reader: ProtobufReader): string {
    reader.readVarint();
    return reader.low !== 0 || reader.high !== 0 ? 'true' : 'false';
  }
}

/** string into STRING, or into a type whose text has to follow a rule: VARCHAR, DECIMAL, VARIANT. */
export class ProtoString implements ProtoValue {
  readonly wireType: number = WireType.lengthDelimited;
  readonly defaultKey: string = '';
  private readonly place: Place;
  private readonly problem: ((content: string) => string | undefined) | undefined;

  constructor(place: Place, problem?: (content: string) => string | undefined) {
    this.place = place;
    this.problem = problem;
  }

  transcode(reader: ProtobufReader, writer: RowLineWriter): void {
    const end = reader.readLength();
    const start = reader.position;
    this.check(reader, start, end);
    writer.utf8String(reader.bytes, start, end);
    reader.position = end;
  }

  transcodeDefault(writer: RowLineWriter): void {
    const problem = this.problem?.('');
    if (problem !== undefined) throw typeIncompatible(this.place, problem);
    writer.ascii('""');
  }

  keyText(reader: ProtobufReader): string {
    const end = reader.readLength();
    const start = reader.position;
    this.check(reader, start, end);
    reader.position = end;
    return reader.bytes.toString('utf8', start, end);
  }

  private check({ bytes }: ProtobufReader, start: number, end: number): void {
    if (!isAscii(bytes, start, end) && !isUtf8(bytes.subarray(start, end)))
      throw malformed('not valid UTF-8', this.place());
    if (this.problem === undefined) return;
    const problem = this.problem(bytes.toString('utf8', start, end));
    if (problem !== undefined) throw typeIncompatible(this.place, problem);
  }
}

/** bytes. */
export class ProtoBytes implements ProtoValue {
  readonly wireType: number = WireType.lengthDelimited;
  readonly defaultKey: string = '';

  transcode(reader: ProtobufReader, writer: RowLineWriter): void {
    const end = reader.readLength();
    writer.base64String(reader.bytes, reader.position, end);
    reader.position = end;
  }

  transcodeDefault(writer: RowLineWriter): void {
    writer.ascii('""');
  }

  keyText(): string {
    throw malformed('protobuf has no maps with keys of bytes');
  }
}

function isAscii(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    if ((bytes[at] as number) > 0x7f) return false;
  }
  return true;
}
