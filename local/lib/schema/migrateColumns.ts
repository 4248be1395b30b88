import type { DeltaColumn, DeltaType } from './deltaType.ts';
import { sqlTypeText } from './sqlTypeText.ts';

/** What a new declaration makes of a table. */
export interface Migration {
  /** The table's columns, with those that the declaration adds. */
  readonly columns: readonly DeltaColumn[];
  /** The differences that can't be made up for, in words. */
  readonly problems: readonly string[];
}

/**
 * Compares the columns of a table with a new declaration of it. Nullable columns and struct fields that only the
 * declaration has are added, a longer VARCHAR or STRING replaces a VARCHAR, and tags are added. Fine are columns that
 * only the table has and that may be null, NOT NULL where the table has nullable, and different comments.
 */
export function migrateColumns(existing: readonly DeltaColumn[], declared: readonly DeltaColumn[]): Migration {
  const problems: string[] = [];
  return { columns: migrateFields(existing, declared, '', problems), problems };
}

function migrateFields(
  existing: readonly DeltaColumn[],
  declared: readonly DeltaColumn[],
  parent: string,
  problems: string[],
): readonly DeltaColumn[] {
  const migrated = [...existing];
  const found = new Set<string>();
  for (const field of declared) {
    const index = existing.findIndex(({ name }) => name.toLowerCase() === field.name.toLowerCase());
    const present = existing[index];
    const path = `${parent}${field.name}`;
    if (present === undefined) {
      migrated.push(field);
      const clause = clauseThatCanNotBeAdded(field);
      if (clause !== undefined) {
        problems.push(`${path} is not in the table and is declared ${clause}`);
      }
    } else {
      found.add(present.name);
      migrated[index] = migrateField(present, field, path, problems);
    }
  }
  for (const { name, nullable } of existing) {
    if (!nullable && !found.has(name)) {
      problems.push(`${parent}${name} is NOT NULL in the table and is not declared`);
    }
  }
  return migrated;
}

function migrateField(present: DeltaColumn, declared: DeltaColumn, path: string, problems: string[]): DeltaColumn {
  if (present.name !== declared.name) {
    problems.push(`${path} is written ${present.name} in the table`);
  }
  if (declared.nullable && !present.nullable) {
    problems.push(`${path} is NOT NULL in the table and may be NULL as declared`);
  }
  const type = migrateType(present.type, declared.type, path, problems);
  return { ...present, type, ...(declared.tags === undefined ? {} : { tags: { ...present.tags, ...declared.tags } }) };
}

function migrateType(present: DeltaType, declared: DeltaType, path: string, problems: string[]): DeltaType {
  if (present.kind === 'struct' && declared.kind === 'struct') {
    return { kind: 'struct', fields: migrateFields(present.fields, declared.fields, `${path}.`, problems) };
  }
  if (present.kind === 'array' && declared.kind === 'array') {
    return { ...present, element: migrateType(present.element, declared.element, `${path}.element`, problems) };
  }
  if (present.kind === 'map' && declared.kind === 'map') {
    return {
      ...present,
      key: migrateType(present.key, declared.key, `${path}.key`, problems),
      value: migrateType(present.value, declared.value, `${path}.value`, problems),
    };
  }
  const [presentLength, declaredLength] = [textLength(present), textLength(declared)];
  if (presentLength !== undefined && declaredLength !== undefined) {
    return declaredLength > presentLength ? declared : present;
  }
  const [presentText, declaredText] = [sqlTypeText(present).toUpperCase(), sqlTypeText(declared).toUpperCase()];
  if (presentText !== declaredText) {
    problems.push(`${path} is ${presentText} in the table and is declared as ${declaredText}`);
  }
  return present;
}

/** The rows that are there would need a value. */
function clauseThatCanNotBeAdded(column: DeltaColumn): string | undefined {
  if (!column.nullable) {
    return 'NOT NULL';
  }
  if (column.default !== undefined) {
    return 'with a DEFAULT';
  }
  return column.generated !== undefined || column.identity !== undefined ? 'GENERATED' : undefined;
}

/** How many characters a text column takes. Undefined if it is no text column. */
function textLength(type: DeltaType): number | undefined {
  return type.kind === 'string' ? Number.POSITIVE_INFINITY : type.kind === 'varchar' ? type.length : undefined;
}
