import { shorten } from '../../errors/shorten.ts';
import { ZerobusError } from '../../errors/zerobusError.ts';
import type { TableColumn } from '../../table/columnType.ts';
import type { UntypedRow } from '../../table/rowOf.ts';
import type { TableDefinition } from '../../table/tableDefinition.ts';
import { Misfit } from './misfit.ts';
import { textValue } from './textValue.ts';

/** A column of a table, and the field that has its values. */
export interface TextColumn {
  readonly index: number;
  readonly name: string;
  readonly convert: (text: string) => unknown;
  /** The value of an empty field. */
  readonly empty: '' | null;
}

/**
 * Checks the header of a file.
 *
 * @param name the name of the file, for the message
 * @throws {@link ZerobusError} `INVALID_SCHEMA` if it does not fit the table
 */
export function checkHeader(name: string, definition: TableDefinition<UntypedRow>, header: readonly string[]): void {
  try {
    textColumns(definition, header);
  } catch (error) {
    throw error instanceof Misfit ? new ZerobusError('INVALID_SCHEMA', `${name}: line 1: ${error.message}`) : error;
  }
}

/**
 * Finds the column of each field. Names match in any case, as in SQL.
 *
 * @throws {@link Misfit} if there is none, or if a column that a row needs has no field
 */
export function textColumns(definition: TableDefinition<UntypedRow>, header: readonly string[]): readonly TextColumn[] {
  const { name: table, columns } = definition;
  const byName = new Map(columns.map((column) => [column.name.toLowerCase(), column]));
  const given = new Set<TableColumn>();
  const fields = header.map((field, index) => {
    const column = byName.get(field.toLowerCase());
    if (column === undefined || given.has(column)) {
      const known = shorten(columns.map(({ name }) => name).join(', '), 500);
      const what =
        column === undefined
          ? `is not a column of ${table}. Its columns`
          : `is in the header twice. The columns of ${table}`;
      throw badHeader(`${shorten(JSON.stringify(field), 100)} ${what} are ${known}.`);
    }
    given.add(column);
    const { name, type, isNullable } = column;
    const isText = type.kind === 'string' || type.kind === 'varchar';
    return { index, name, convert: textValue(type), empty: isText && !isNullable ? '' : null } as const;
  });
  const missing = columns.filter((column) => !column.isNullable && !given.has(column));
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ');
    throw badHeader(`it lacks ${names}, and NULL is not allowed there.`);
  }
  return fields;
}

function badHeader(problem: string): Misfit {
  return new Misfit(`The header does not fit the table: ${problem}`);
}
