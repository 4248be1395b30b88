import type { DeltaType } from '../../schema/deltaType.ts';
import { sqlTypeName } from '../../schema/sqlTypeText.ts';
import { jsonForm } from '../valueForm.ts';
import { integerRanges, MAX_INTEGER_LENGTH, quote, shorten, varcharProblem } from '../valueRules.ts';

const canonicalIntegerPattern = /^(?:0|-?[1-9]\d*)$/;

/**
 * Returns the rule for the text of a map's keys. The rule returns the problem of a key in words, or undefined.
 *
 * Integers must not have a leading zero, so that two keys are equal exactly if their texts are equal.
 */
export function mapKeyRule(type: DeltaType): (key: string) => string | undefined {
  const wrong = (key: string): string => `expected a key of type ${jsonForm(type)}, got ${quote(key)}`;
  switch (type.kind) {
    case 'string':
      return () => undefined;
    case 'varchar':
      return (key) => varcharProblem(key, type);
    case 'boolean':
      return (key) => (key === 'true' || key === 'false' ? undefined : wrong(key));
    case 'byte':
    case 'short':
    case 'integer':
    case 'long':
    case 'date':
    case 'timestamp':
    case 'timestamp_ntz': {
      const { name, min, max } = integerRanges[type.kind];
      return (key) => {
        if (!canonicalIntegerPattern.test(key)) {
          return wrong(key);
        }
        const isInRange = key.length <= MAX_INTEGER_LENGTH && BigInt(key) >= min && BigInt(key) <= max;
        return isInRange ? undefined : `${shorten(key)} is out of the range of ${name}`;
      };
    }
    default:
      return () => `maps with keys of type ${sqlTypeName(type)} can't be written through Zerobus`;
  }
}
