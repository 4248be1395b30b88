import type { ProtobufReader } from '../../wire/protobufReader.ts';
import type { RowLineWriter } from '../rowLineWriter.ts';

/** Turns one value of a known type from protobuf's wire format into JSON text. */
export interface ProtoValue {
  /** The wire type of the value outside of a packed list. */
  readonly wireType: number;

  /**
   * Reads the value that starts at the reader's position and writes it.
   *
   * @throws RecordError where the value does not fit the column
   * @throws WireFormatError where the bytes end too early
   */
  transcode(reader: ProtobufReader, writer: RowLineWriter): void;

  /** Writes the value that protobuf gives to the absent half of a map entry. */
  transcodeDefault(writer: RowLineWriter): void;

  /** The text of a map's key that an entry leaves out. */
  readonly defaultKey: string;

  /** Reads the value that starts at the reader's position as the text of a map's key. */
  keyText(reader: ProtobufReader): string;
}
