import { RecordError } from './recordError.ts';
import { scanVariantText } from './scanVariantText.ts';
import { quote } from './valueRules.ts';

/**
 * What is wrong with a VARIANT's text, or undefined if it is JSON that a VARIANT can hold, as `scanVariantText` has it.
 */
export function variantProblem(content: string): string | undefined {
  try {
    scanVariantText(Buffer.from(content, 'utf8'));
    return undefined;
  } catch (error) {
    if (!(error instanceof RecordError)) {
      throw error;
    }
    return `expected VARIANT as a string with JSON text, got ${quote(content)}: ${error.message}`;
  }
}
