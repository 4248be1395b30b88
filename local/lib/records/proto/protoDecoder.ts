import type { ProtobufReader } from '../../wire/protobufReader.ts';
import type { RowLineWriter } from '../rowLineWriter.ts';

/** Turns one value of a known type from protobuf's wire format into JSON text. */
export interface ScalarDecoder {
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

/** Turns what can consist of several parts on the wire into JSON text: a message, a list, a map. */
export interface CompositeDecoder {
  /** Whether it is there, as an empty one, where no part of it is: lists and maps have no absence in protobuf. */
  readonly isNeverAbsent: boolean;
  /**
   * The wire type of the elements where these can stand on the wire by themselves; undefined where all parts have a
   * length.
   */
  readonly elementWireType: number | undefined;

  /**
   * Reads the parts and writes them. The reader's position and end are lost.
   *
   * @param ranges where the parts lie: start, end, start, end, …
   */
  transcodeRanges(reader: ProtobufReader, ranges: readonly number[], writer: RowLineWriter): void;
}

/** Turns one field of a message into JSON text. */
export type ProtoDecoder = ScalarDecoder | CompositeDecoder;
