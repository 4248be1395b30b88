import type { DeltaColumn } from '../../schema/deltaType.ts';
import { ProtobufReader, WireFormatError } from '../../wire/protobufReader.ts';
import type { RecordSpans } from '../../wire/recordSpans.ts';
import { Byte } from '../byte.ts';
import { malformed, RecordError } from '../recordError.ts';
import type { RecordReader } from '../recordReader.ts';
import { RowLineWriter } from '../rowLineWriter.ts';
import { compileProtoDecoder } from './compileProtoDecoder.ts';
import { parseDescriptor } from './descriptor.ts';
import type { MessageDecoder } from './messageDecoder.ts';

/** The first guess of how much longer JSON is than protobuf. */
const FIRST_GROWTH = 3;

/** Reads PROTO records: messages of the stream's descriptor, which are converted straight to row lines. */
export class ProtoRecordReader implements RecordReader {
  readonly #message: MessageDecoder;
  readonly #reader = new ProtobufReader(Buffer.alloc(0));
  readonly #writer = new RowLineWriter();
  /** How much longer row lines are than records. Taken from the last request, so that the next one fits at once. */
  #growth = FIRST_GROWTH;

  /**
   * @param descriptor one serialized `google.protobuf.DescriptorProto`
   * @param partitionColumns the columns that the table is partitioned by. Defaults to none.
   * @throws {@link RecordError} if it is not a descriptor, or if it does not fit the columns
   */
  constructor(descriptor: Buffer, columns: readonly DeltaColumn[], partitionColumns: readonly string[] = []) {
    try {
      this.#message = compileProtoDecoder(parseDescriptor(descriptor), columns, partitionColumns);
    } catch (error) {
      if (!(error instanceof WireFormatError)) {
        throw error;
      }
      throw malformed(`not a google.protobuf.DescriptorProto: ${error.message}`, 'descriptor_proto');
    }
  }

  toRowLines(records: RecordSpans): Buffer {
    const reader = this.#reader;
    const writer = this.#writer;
    reader.reset(records.bytes, 0, records.bytes.length);
    writer.begin(Math.ceil(records.byteLength * this.#growth) + records.count);
    for (let index = 0; index < records.count; index++) {
      try {
        this.#message.transcodeRange(reader, records.start(index), records.end(index), writer);
      } catch (error) {
        throw inRecord(error, index);
      }
      writer.byte(Byte.newline);
    }
    const lines = writer.finish();
    this.#growth = (lines.length / Math.max(records.byteLength, 1)) * 1.05;
    return lines;
  }
}

function inRecord(error: unknown, index: number): unknown {
  if (error instanceof RecordError) {
    return error.inRecord(index);
  }
  if (error instanceof WireFormatError) {
    return malformed(`not a protobuf message: ${error.message}`).inRecord(index);
  }
  return error;
}
