import type { DeltaColumn, DeltaType } from '../schema/deltaType.ts';
import { fillsItself } from '../schema/fillsItself.ts';
import { readRowBatches } from '../wal/readRowBatches.ts';
import type { SealedSegment } from '../wal/segment.ts';

/** How much of a segment is read at once, in bytes. */
const BATCH_BYTES = 32 * 1024 * 1024;

/**
 * The narrowest columns that the rows of some segments fit. Columns and struct fields that no row has are omitted, and
 * a column is NOT NULL if every row has a value. With these, a table that has lost a column accepts rows that never
 * used it.
 *
 * @param columns the columns that the rows were checked against
 */
export async function columnsInUse(
  columns: readonly DeltaColumn[],
  segments: readonly SealedSegment[],
): Promise<readonly DeltaColumn[]> {
  const use = new ValueUse();
  const row: DeltaType = { kind: 'struct', fields: columns };
  for (const segment of segments) {
    for await (const batch of readRowBatches(segment, BATCH_BYTES)) {
      for (let index = 0; index < batch.rows; index += 1) {
        use.add(row, JSON.parse(batch.lines(index, index + 1).toString()));
      }
    }
  }
  return use.narrowFields(columns);
}

/** Which values occurred at one position. */
class ValueUse {
  #isPresent = false;
  #isAbsent = false;
  /** By the name of a field, or of a part of an array or map. */
  readonly #parts = new Map<string, ValueUse>();

  add(type: DeltaType, value: unknown): void {
    if (value === null || value === undefined) {
      this.#isAbsent = true;
      return;
    }
    this.#isPresent = true;
    if (type.kind === 'struct') {
      for (const field of type.fields) {
        const part = (value as Record<string, unknown>)[field.name];
        // A row that leaves such a column out has a value there nevertheless.
        if (part !== undefined || !fillsItself(field)) {
          this.#part(field.name).add(field.type, part);
        }
      }
    } else if (type.kind === 'array') {
      for (const item of value as readonly unknown[]) {
        this.#part('element').add(type.element, item);
      }
    } else if (type.kind === 'map') {
      for (const item of Object.values(value as object)) {
        this.#part('value').add(type.value, item);
      }
    }
  }

  narrowFields(fields: readonly DeltaColumn[]): readonly DeltaColumn[] {
    return fields.flatMap((field) => {
      const use = this.#part(field.name);
      return use.#isPresent ? [{ ...field, type: use.#narrow(field.type), nullable: use.#isAbsent }] : [];
    });
  }

  #narrow(type: DeltaType): DeltaType {
    switch (type.kind) {
      case 'struct':
        return { ...type, fields: this.narrowFields(type.fields) };
      case 'array': {
        const element = this.#part('element');
        return { ...type, element: element.#narrow(type.element), containsNull: element.#isAbsent };
      }
      case 'map': {
        const value = this.#part('value');
        return { ...type, value: value.#narrow(type.value), valueContainsNull: value.#isAbsent };
      }
      default:
        return type;
    }
  }

  #part(name: string): ValueUse {
    const part = this.#parts.get(name) ?? new ValueUse();
    this.#parts.set(name, part);
    return part;
  }
}
