import type { ProtobufReader } from '../../wire/protobufReader.ts';
import type { RowLineWriter } from '../rowLineWriter.ts';

/** Turns what can consist of several parts on the wire into JSON text: a message, a list, a map. */
export interface ProtoStructure {
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
