import { type ProtobufReader, WireType } from '../../wire/protobufReader.ts';
import type { RowLineWriter } from '../rowLineWriter.ts';
import type { ProtoValue } from './protoValue.ts';

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
