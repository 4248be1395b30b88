import type { DeltaColumn } from '../../schema/deltaType.ts';
import { Byte } from '../byte.ts';
import { isRequired } from '../columnRules.ts';
import { scanString, skipSpace, stringContent } from '../jsonTokens.ts';
import { similarName } from '../nameHint.ts';
import { missingRequired, RecordError, typeIncompatible } from '../recordError.ts';
import { scanVariantText, scanVariantValue } from '../scanVariantText.ts';
import { quote } from '../valueRules.ts';
import { compileJsonScanner } from './compileJsonScanner.ts';
import type { JsonScanner } from './jsonScanner.ts';

interface FieldCheck {
  readonly nullable: boolean;
  readonly isRequired: boolean;
  /** Scans an object that has only this field. */
  readonly scanner: JsonScanner;
}

/**
 * Moves the fields of a record that don't fit their table into the table's rescue column, as one JSON object: unknown
 * fields, and values that don't fit a nullable column, each as a whole.
 */
export class RecordRescuer {
  readonly #rescueColumn: string;
  readonly #checks: ReadonlyMap<string, FieldCheck>;

  /**
   * @param columns the table's columns without the rescue column
   * @param rescueColumn the name of the rescue column
   * @param partitionColumns the columns that the table is partitioned by. Defaults to none.
   */
  constructor(columns: readonly DeltaColumn[], rescueColumn: string, partitionColumns: readonly string[] = []) {
    this.#rescueColumn = rescueColumn;
    this.#checks = new Map(
      columns.map((column) => [
        column.name,
        {
          nullable: column.nullable,
          isRequired: isRequired(column),
          // An empty text is NULL as a partition value, so it matters there whether the column may be NULL.
          scanner: partitionColumns.includes(column.name)
            ? compileJsonScanner([column], partitionColumns)
            : compileJsonScanner([{ ...column, nullable: true }]),
        },
      ]),
    );
  }

  /**
   * Makes the row line of a record.
   *
   * @param record the record's text, which must be JSON
   * @throws {@link RecordError} if the record can't be rescued
   */
  toRowLine(record: string): string {
    // Newlines are only between tokens.
    const text = Buffer.from(record.replaceAll('\n', ' '));
    const row: string[] = [];
    const rescued: string[] = [];
    const seen = new Set<string>();
    let at = skipSpace(text, 0);
    if (text[at] !== Byte.openBrace) {
      throw typeIncompatible(() => '', 'a record must be a JSON object');
    }
    at = skipSpace(text, at + 1);
    while (text[at] === Byte.quote) {
      const afterKey = scanString(text, at);
      const key = stringContent(text, at, afterKey);
      this.#checkKey(key, seen);
      const value = skipSpace(text, skipSpace(text, afterKey) + 1);
      const end = endOfValue(text, value, key);
      const field = text.subarray(at, end).toString();
      (this.#fits(key, field, text[value] === Byte.lowerN) ? row : rescued).push(field);
      at = skipSpace(text, end);
      at = text[at] === Byte.comma ? skipSpace(text, at + 1) : at;
    }
    const missing = [...this.#checks].find(([name, check]) => check.isRequired && !seen.has(name));
    if (missing !== undefined) {
      const [name] = missing;
      throw missingRequired(name, similarName(name, [...seen]));
    }
    const rest = `{${rescued.join(',')}}`;
    scanVariantText(Buffer.from(rest));
    row.push(`${JSON.stringify(this.#rescueColumn)}:${JSON.stringify(rest)}`);
    return `{${row.join(',')}}\n`;
  }

  #checkKey(key: string, seen: Set<string>): void {
    if (seen.has(key)) {
      throw typeIncompatible(() => '', `the key ${quote(key)} appears twice, so its value is ambiguous`);
    }
    seen.add(key);
    if (key.toLowerCase() === this.#rescueColumn.toLowerCase()) {
      throw typeIncompatible(() => key, 'is the rescue column, which only the server writes; omit it');
    }
  }

  /** @throws {@link RecordError} if the field does not fit, but must not be NULL */
  #fits(key: string, field: string, isNull: boolean): boolean {
    const check = this.#checks.get(key);
    if (check === undefined) {
      return false;
    }
    if (isNull && !check.nullable) {
      throw missingRequired(key);
    }
    try {
      check.scanner.scan(Buffer.from(`{${field}}`), 0);
      return true;
    } catch (error) {
      if (!(error instanceof RecordError) || !check.nullable || error.causes.includes('MISSING_REQUIRED_COLUMN')) {
        throw error;
      }
      return false;
    }
  }
}

function endOfValue(text: Buffer, position: number, key: string): number {
  try {
    return scanVariantValue(text, position);
  } catch (error) {
    throw error instanceof RecordError ? typeIncompatible(() => key, `can't be rescued: ${error.message}`) : error;
  }
}
