import type { DeltaType } from './deltaType.ts';
import { sqlTypeName } from './sqlTypeText.ts';

/**
 * Checks that a table can be partitioned or clustered by columns of the type. Values must be comparable, and each must
 * have a text.
 *
 * @returns the problem in words, as the end of a sentence; undefined if it can
 */
export function partitionTypeProblem(type: DeltaType): string | undefined {
  switch (type.kind) {
    case 'array':
    case 'map':
    case 'struct':
    case 'variant':
      return `${sqlTypeName(type)} is not a type of single comparable values`;
    default:
      return undefined;
  }
}
