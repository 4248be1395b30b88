import { reasonOf } from '../../errors/reasonOf.ts';
import { ZerobusError } from '../../errors/zerobusError.ts';
import type { UntypedRow } from '../../table/rowOf.ts';
import type { TableDefinition } from '../../table/tableDefinition.ts';
import { type Convert, jsonValue } from './jsonValue.ts';
import { Misfit } from './misfit.ts';
import { parseExactJson } from './parseExactJson.ts';
import { type TextColumn, textColumns } from './textColumns.ts';

/** Makes rows of a table from what was read. */
export class RowMaker {
  readonly #definition: TableDefinition<UntypedRow>;
  readonly #columns: readonly (readonly [name: string, convert: Convert])[];
  /** The header that the fields of CSV were last read by. */
  #header: readonly string[] | undefined;
  #fields: readonly TextColumn[] = [];

  constructor(definition: TableDefinition<UntypedRow>) {
    this.#definition = definition;
    this.#columns = definition.columns.map(({ name, type }) => [name, jsonValue(type)]);
  }

  /**
   * Makes a row of a line of NDJSON, or of the fields of a record of CSV.
   *
   * @param header the names of the fields
   * @throws {@link ZerobusError} `INVALID_RECORD` if a value does not fit its column
   */
  rowOf(record: string | readonly string[], header: readonly string[] | undefined): UntypedRow {
    return typeof record === 'string' ? this.#rowOfLine(record) : this.#rowOfFields(record, header ?? []);
  }

  #rowOfLine(line: string): UntypedRow {
    const row = parseObject(line);
    for (const [name, convert] of this.#columns) {
      const value = row[name];
      if (value !== undefined && value !== null) {
        row[name] = converted(name, convert, value);
      }
    }
    return row;
  }

  #rowOfFields(values: readonly string[], header: readonly string[]): UntypedRow {
    if (header !== this.#header) {
      this.#fields = textColumns(this.#definition, header);
      this.#header = header;
    }
    if (values.length !== header.length) {
      throw invalid(`the record has ${values.length} fields, and the header has ${header.length}`);
    }
    const row: Record<string, unknown> = {};
    for (const { index, name, convert, empty } of this.#fields) {
      const text = values[index] as string;
      row[name] = text === '' ? empty : converted(name, convert as Convert, text);
    }
    return row;
  }
}

function parseObject(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parseExactJson(line);
  } catch (cause) {
    throw invalid(`the line is not JSON: ${reasonOf(cause)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid('the line is JSON, but not an object');
  }
  return value as Record<string, unknown>;
}

function converted(name: string, convert: Convert, value: unknown): unknown {
  try {
    return convert(value);
  } catch (error) {
    throw error instanceof Misfit ? invalid(`${name}: ${error.message}`) : error;
  }
}

function invalid(problem: string): ZerobusError {
  return new ZerobusError('INVALID_RECORD', `${problem}.`);
}
