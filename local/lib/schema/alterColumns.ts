import { TableDefinitionError } from '../errors.ts';
import type { ColumnChange, ColumnPosition } from './columnChange.ts';
import type { DeltaColumn, DeltaType } from './deltaType.ts';
import { rescueColumnProblem } from './rescueColumn.ts';

/**
 * Returns a table's columns with some changes made, one after the other. Names are found in any case.
 *
 * @throws {@link TableDefinitionError} if a change can't be made
 */
export function alterColumns(
  columns: readonly DeltaColumn[],
  changes: readonly ColumnChange[],
): readonly DeltaColumn[] {
  const altered = changes.reduce(alterOnce, columns);
  const problem = rescueColumnProblem(altered);
  if (problem !== undefined) {
    throw new TableDefinitionError(problem);
  }
  return altered;
}

function alterOnce(columns: readonly DeltaColumn[], change: ColumnChange): readonly DeltaColumn[] {
  if (change.kind === 'add') {
    const { parent, column, position } = change;
    const root: DeltaType = { kind: 'struct', fields: columns };
    return fieldsOf(changeType(root, parent, [], (type, path) => addField(type, path, column, position)));
  }
  const [name = '', ...rest] = change.path;
  const index = findField(columns, name);
  const column = columns[index];
  if (column === undefined) {
    throw new TableDefinitionError(`There is no column ${name} to tag. ${hasFields(columns)}`);
  }
  if (rest.length > 0) {
    throw new TableDefinitionError(
      `${change.path.join('.')} can't be tagged. Only whole columns can, such as ${name}.`,
    );
  }
  return replaceAt(columns, index, tagged(column, change));
}

function tagged(column: DeltaColumn, change: Exclude<ColumnChange, { readonly kind: 'add' }>): DeltaColumn {
  const { tags: before = {}, ...rest } = column;
  const tags = { ...before, ...(change.kind === 'setTags' ? change.tags : {}) };
  for (const name of change.kind === 'unsetTags' ? change.tags : []) {
    delete tags[name];
  }
  return Object.keys(tags).length === 0 ? rest : { ...rest, tags };
}

/** Replaces the type that a path leads to. */
function changeType(
  type: DeltaType,
  path: readonly string[],
  walked: readonly string[],
  change: (type: DeltaType, walked: readonly string[]) => DeltaType,
): DeltaType {
  const [name, ...rest] = path;
  if (name === undefined) {
    return change(type, walked);
  }
  const next = (inner: DeltaType): DeltaType => changeType(inner, rest, [...walked, name], change);
  const part = name.toLowerCase();
  if (type.kind === 'array' && part === 'element') {
    return { ...type, element: next(type.element) };
  }
  if (type.kind === 'map' && part === 'value') {
    return { ...type, value: next(type.value) };
  }
  const fields = fieldsOf(type);
  const index = findField(fields, name);
  const field = fields[index];
  if (field === undefined) {
    throw new TableDefinitionError(
      `There is no ${walked.length === 0 ? 'column' : 'field'} ${[...walked, name].join('.')}.` +
        `${type.kind === 'struct' ? ` ${hasFields(fields)}` : partsHint(type)}`,
    );
  }
  return { kind: 'struct', fields: replaceAt(fields, index, { ...field, type: next(field.type) }) };
}

function addField(
  type: DeltaType,
  path: readonly string[],
  column: DeltaColumn,
  position: ColumnPosition | undefined,
): DeltaType {
  const fullName = [...path, column.name].join('.');
  if (type.kind !== 'struct') {
    throw new TableDefinitionError(
      `${fullName} can't be added, since ${path.join('.')} is not a STRUCT.${partsHint(type)}`,
    );
  }
  const { fields } = type;
  const taken = fields[findField(fields, column.name)];
  if (taken !== undefined) {
    throw new TableDefinitionError(
      `There is already a ${path.length === 0 ? 'column' : 'field'} ${[...path, taken.name].join('.')}. Case does not ` +
        'matter in names of columns.',
    );
  }
  const index = indexAt(fields, fullName, position);
  return { kind: 'struct', fields: [...fields.slice(0, index), column, ...fields.slice(index)] };
}

function indexAt(fields: readonly DeltaColumn[], fullName: string, position: ColumnPosition | undefined): number {
  if (position === undefined) {
    return fields.length;
  }
  if (position === 'first') {
    return 0;
  }
  const before = findField(fields, position.after);
  if (before < 0) {
    throw new TableDefinitionError(`${fullName} can't be added after ${position.after}. ${hasFields(fields)}`);
  }
  return before + 1;
}

/** The index of a field by its name in any case, or -1. */
function findField(fields: readonly DeltaColumn[], name: string): number {
  return fields.findIndex((field) => field.name.toLowerCase() === name.toLowerCase());
}

function replaceAt(fields: readonly DeltaColumn[], index: number, field: DeltaColumn): readonly DeltaColumn[] {
  return fields.map((present, at) => (at === index ? field : present));
}

function fieldsOf(type: DeltaType): readonly DeltaColumn[] {
  return type.kind === 'struct' ? type.fields : [];
}

function hasFields(fields: readonly DeltaColumn[]): string {
  return `There are: ${fields.map(({ name }) => name).join(', ')}.`;
}

/** How a path goes on into a type that is not a struct. */
function partsHint({ kind }: DeltaType): string {
  return kind === 'array' ? ' Use element for its elements.' : kind === 'map' ? ' Use value for its values.' : '';
}
