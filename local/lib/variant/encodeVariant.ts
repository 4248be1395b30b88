import { scanVariantText } from '../records/scanVariantText.ts';
import { encodeDictionary } from './encodeDictionary.ts';
import { layOutValue } from './layOutValue.ts';
import { VariantNodes } from './variantNodes.ts';

/** A variant in Parquet's variant encoding, version 1. */
export interface EncodedVariant {
  /** The keys of all objects. */
  readonly metadata: Buffer;
  readonly value: Buffer;
}

/**
 * Encodes JSON in Parquet's variant encoding, with the types that Spark's `parse_json` chooses.
 *
 * @param text JSON text in UTF-8
 * @throws {@link RecordError} if a VARIANT can't hold the text
 */
export function encodeVariant(text: Buffer): EncodedVariant {
  const nodes = new VariantNodes(text);
  scanVariantText(text, nodes);
  const { metadata, ids } = encodeDictionary(nodes.keys);
  return { metadata, value: layOutValue(nodes, ids) };
}
