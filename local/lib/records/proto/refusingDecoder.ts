import { type Place, refusedColumn } from '../recordError.ts';
import type { CompositeDecoder, ProtoDecoder, ScalarDecoder } from './protoDecoder.ts';

/**
 * Replaces the decoder of a column that records must not have. A message that does not set the field is fine.
 *
 * @param problem why a message can't have the field
 */
export function refusingDecoder(content: ProtoDecoder, place: Place, problem: string): ProtoDecoder {
  const refuse = (): never => {
    throw refusedColumn(place, problem);
  };
  if ('transcode' in content) {
    const { wireType, defaultKey } = content;
    return {
      wireType,
      defaultKey,
      transcode: refuse,
      transcodeDefault: refuse,
      keyText: refuse,
    } satisfies ScalarDecoder;
  }
  const { elementWireType } = content;
  return { isNeverAbsent: false, elementWireType, transcodeRanges: refuse } satisfies CompositeDecoder;
}
