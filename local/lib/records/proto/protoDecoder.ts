import type { ProtobufReader } from '../../wire/protobufReader.ts';
import type { RowLineWriter } from '../rowLineWriter.ts';

/** Converts a scalar of a known type from protobuf's wire format to JSON text. */
export interface ScalarDecoder {
  /** The wire type of the value outside of a packed list. */
  readonly wireType: number;

  /**
   * Reads the value that starts at the reader's position and writes it.
   *
   * @throws {@link RecordError} if the value does not fit the column
   * @throws {@link WireFormatError} if the bytes end too early
   */
  transcode(reader: ProtobufReader, writer: RowLineWriter): void;

  /** Writes the default value, for a map entry without a value. */
  transcodeDefault(writer: RowLineWriter): void;

  /** The text of the default value, for a map entry without a key. */
  readonly defaultKey: string;

  /** Reads the value that starts at the reader's position as the text of a map's key. */
  keyText(reader: ProtobufReader): string;
}

/** Converts a message, a list or a map to JSON text. It may consist of several parts on the wire. */
export interface CompositeDecoder {
  /** Whether a value without parts is empty instead of absent. In protobuf, lists and maps are never absent. */
  readonly isNeverAbsent: boolean;
  /**
   * The wire type of single elements on the wire; undefined if all parts are length-delimited.
   */
  readonly elementWireType: number | undefined;

  /**
   * Reads the parts and writes them. It changes the reader's position and end.
   *
   * @param ranges the ranges of the parts: start, end, start, end, …
   */
  transcodeRanges(reader: ProtobufReader, ranges: readonly number[], writer: RowLineWriter): void;
}

/** Converts one field of a message to JSON text. */
export type ProtoDecoder = ScalarDecoder | CompositeDecoder;
