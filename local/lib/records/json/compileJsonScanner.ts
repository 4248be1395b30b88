import type { DeltaColumn, DeltaType } from '../../schema/deltaType.ts';
import { fieldPlace, type Place } from '../recordError.ts';
import { variantProblem } from '../scanVariantText.ts';
import { jsonForm } from '../valueForm.ts';
import { base64Problem, decimalProblem, integerRanges, varcharProblem } from '../valueRules.ts';
import { ArrayScanner } from './arrayScanner.ts';
import { IntegerScanner } from './integerScanner.ts';
import type { JsonScanner } from './jsonScanner.ts';
import { mapKeyRule } from './mapKeyRule.ts';
import { MapScanner } from './mapScanner.ts';
import { BooleanScanner, FloatScanner, RuledStringScanner, StringScanner } from './scalarScanners.ts';
import { StructScanner } from './structScanner.ts';

/** Compiles the scanner of a table's JSON records. Each stream needs its own, since a scanner keeps state. */
export function compileJsonScanner(columns: readonly DeltaColumn[]): JsonScanner {
  return compileStruct(columns, () => '');
}

function compileStruct(columns: readonly DeltaColumn[], place: Place): JsonScanner {
  return new StructScanner(place, columns, (column) => compileType(column.type, fieldPlace(place, column.name)));
}

function compileType(type: DeltaType, place: Place): JsonScanner {
  const form = jsonForm(type);
  switch (type.kind) {
    case 'byte':
    case 'short':
    case 'integer':
    case 'long':
    case 'date':
    case 'timestamp':
    case 'timestamp_ntz':
      return new IntegerScanner(place, form, integerRanges[type.kind]);
    case 'float':
    case 'double':
      return new FloatScanner(place, form, type.kind === 'float');
    case 'boolean':
      return new BooleanScanner(place, form);
    case 'string':
      return new StringScanner(place, form);
    case 'varchar':
      return new RuledStringScanner(place, form, (content) => varcharProblem(content, type.length));
    case 'decimal':
      return new RuledStringScanner(place, form, (content) => decimalProblem(content, type.precision, type.scale));
    case 'binary':
      return new RuledStringScanner(place, form, base64Problem);
    case 'variant':
      return new RuledStringScanner(place, form, variantProblem);
    case 'array':
      return new ArrayScanner(place, type.containsNull, (elementPlace) => compileType(type.element, elementPlace));
    case 'map':
      return new MapScanner(place, mapKeyRule(type.key), type.valueContainsNull, (valuePlace) =>
        compileType(type.value, valuePlace),
      );
    case 'struct':
      return compileStruct(type.fields, place);
  }
}
