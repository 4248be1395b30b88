import type { DeltaColumn, DeltaType } from '../../schema/deltaType.ts';
import { computedProblem, partitionRule, type TextRule } from '../columnRules.ts';
import { fieldPlace, type Place } from '../recordError.ts';
import { variantProblem } from '../scanVariantText.ts';
import { jsonForm } from '../valueForm.ts';
import { base64Problem, decimalProblem, integerRanges, varcharProblem } from '../valueRules.ts';
import { ArrayScanner } from './arrayScanner.ts';
import { IntegerScanner } from './integerScanner.ts';
import type { JsonScanner } from './jsonScanner.ts';
import { mapKeyRule } from './mapKeyRule.ts';
import { MapScanner } from './mapScanner.ts';
import { RefusingScanner } from './refusingScanner.ts';
import { BooleanScanner, FloatScanner, RuledStringScanner, StringScanner } from './scalarScanners.ts';
import { StructScanner } from './structScanner.ts';

/**
 * Compiles the scanner of a table's JSON records. A scanner remembers the order of the last record's keys, so each
 * stream has its own.
 *
 * @param partitionColumns the columns that the table is partitioned by. Defaults to none.
 */
export function compileJsonScanner(
  columns: readonly DeltaColumn[],
  partitionColumns: readonly string[] = [],
): JsonScanner {
  return new StructScanner(
    () => '',
    columns,
    (column) => compileColumn(column, partitionColumns.includes(column.name) ? partitionRule(column) : undefined),
  );
}

function compileColumn(column: DeltaColumn, rule: TextRule | undefined): JsonScanner {
  const place = () => column.name;
  const computed = computedProblem(column);
  if (computed !== undefined) {
    return new RefusingScanner(place, computed);
  }
  return compileType(column.type, place, rule);
}

function compileStruct(columns: readonly DeltaColumn[], place: Place): JsonScanner {
  return new StructScanner(place, columns, (column) => compileType(column.type, fieldPlace(place, column.name)));
}

/** @param rule a further rule for the content of a text. Defaults to none. */
function compileType(type: DeltaType, place: Place, rule?: TextRule): JsonScanner {
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
      return rule === undefined ? new StringScanner(place, form) : new RuledStringScanner(place, form, rule);
    case 'varchar':
      return new RuledStringScanner(place, form, (content) => varcharProblem(content, type) ?? rule?.(content));
    case 'decimal':
      return new RuledStringScanner(place, form, (content) => decimalProblem(content, type.precision, type.scale));
    case 'binary':
      return new RuledStringScanner(place, form, (content) => base64Problem(content) ?? rule?.(content));
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
