import { isUtf8 } from 'node:buffer';
import { type ProtobufReader, WireType } from '../../wire/protobufReader.ts';
import { Byte } from '../byte.ts';
import type { TextRule } from '../columnRules.ts';
import { malformed, type Place, typeIncompatible } from '../recordError.ts';
import type { RowLineWriter } from '../rowLineWriter.ts';
import type { ScalarDecoder } from './protoDecoder.ts';

/** bool to BOOLEAN. */
export class BooleanDecoder implements ScalarDecoder {
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

/** float and double to FLOAT and DOUBLE. Row lines have NaN and the infinities by name. */
export class FloatDecoder implements ScalarDecoder {
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
    if (Number.isFinite(value)) {
      writer.ascii(Object.is(value, -0) ? '-0.0' : String(value));
    } else {
      writer.ascii(`"${value}"`);
    }
  }

  transcodeDefault(writer: RowLineWriter): void {
    writer.byte(Byte.zero);
  }

  keyText(): string {
    throw malformed('protobuf has no maps with floating-point keys');
  }
}

/** string to STRING, or to a type with a rule for its text: VARCHAR, DECIMAL, VARIANT. */
export class StringDecoder implements ScalarDecoder {
  readonly wireType: number = WireType.lengthDelimited;
  readonly defaultKey: string = '';
  readonly #place: Place;
  readonly #problem: TextRule | undefined;

  constructor(place: Place, problem?: TextRule) {
    this.#place = place;
    this.#problem = problem;
  }

  transcode(reader: ProtobufReader, writer: RowLineWriter): void {
    const end = reader.readLength();
    const start = reader.position;
    this.#check(reader, start, end);
    writer.utf8String(reader.bytes, start, end);
    reader.position = end;
  }

  transcodeDefault(writer: RowLineWriter): void {
    const problem = this.#problem?.('');
    if (problem !== undefined) {
      throw typeIncompatible(this.#place, problem);
    }
    writer.ascii('""');
  }

  keyText(reader: ProtobufReader): string {
    const end = reader.readLength();
    const start = reader.position;
    this.#check(reader, start, end);
    reader.position = end;
    return reader.bytes.toString('utf8', start, end);
  }

  #check({ bytes }: ProtobufReader, start: number, end: number): void {
    if (!isAscii(bytes, start, end) && !isUtf8(bytes.subarray(start, end))) {
      throw malformed('not valid UTF-8', this.#place());
    }
    if (this.#problem === undefined) {
      return;
    }
    const problem = this.#problem(bytes.toString('utf8', start, end));
    if (problem !== undefined) {
      throw typeIncompatible(this.#place, problem);
    }
  }
}

function isAscii(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    if ((bytes[at] as number) > 0x7f) {
      return false;
    }
  }
  return true;
}

/** bytes to BINARY. */
export class BytesDecoder implements ScalarDecoder {
  readonly wireType: number = WireType.lengthDelimited;
  readonly defaultKey: string = '';
  readonly #place: Place;
  readonly #problem: TextRule | undefined;

  /** @param problem the rule for the base64. Defaults to none. */
  constructor(place: Place, problem?: TextRule) {
    this.#place = place;
    this.#problem = problem;
  }

  transcode(reader: ProtobufReader, writer: RowLineWriter): void {
    const end = reader.readLength();
    if (this.#problem !== undefined) {
      const problem = this.#problem(reader.bytes.toString('base64', reader.position, end));
      if (problem !== undefined) {
        throw typeIncompatible(this.#place, problem);
      }
    }
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
