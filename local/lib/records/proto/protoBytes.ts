import { type ProtobufReader, WireType } from '../../wire/protobufReader.ts';
import { malformed } from '../recordError.ts';
import type { RowLineWriter } from '../rowLineWriter.ts';
import type { ProtoValue } from './protoValue.ts';

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
