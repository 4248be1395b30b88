import { type ProtobufReader, WireType } from '../../wire/protobufReader.ts';
import { Byte } from '../jsonToken.ts';
import { malformed } from '../recordError.ts';
import type { RowLineWriter } from '../rowLineWriter.ts';
import type { ProtoValue } from './protoValue.ts';

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
