import type { DeltaColumn } from '../../schema/deltaType.ts';
import { Byte } from '../byte.ts';
import { computedProblem, isRequired } from '../columnRules.ts';
import { scanLiteral, scanString, skipSpace, stringContent } from '../jsonTokens.ts';
import { nameHint } from '../nameHint.ts';
import {
  fieldPlace,
  malformed,
  missingRequired,
  type Place,
  RecordError,
  refusedColumn,
  typeIncompatible,
} from '../recordError.ts';
import { quote } from '../valueRules.ts';
import { JsonScanner } from './jsonScanner.ts';

interface FieldScanner {
  readonly name: string;
  readonly nameBytes: Buffer;
  /** Why a record must not have the field, not even as null. */
  readonly computedProblem: string | undefined;
  readonly nullable: boolean;
  readonly isRequired: boolean;
  readonly scanner: JsonScanner;
}

/** STRUCT, and the record itself: known keys, each at most once, with every NOT NULL key present. */
export class StructScanner extends JsonScanner {
  readonly #fields: readonly FieldScanner[];
  readonly #indexOfName: ReadonlyMap<string, number>;
  readonly #requiredCount: number;
  /** `seen[i] === round` means that this object has field `i`. A new round clears all of them at once. */
  readonly #seen: Float64Array;
  #round = 0;
  /**
   * `follower[i]` is the field that followed field `i - 1` last time. Records tend to keep the order of their keys.
   */
  readonly #follower: Int32Array;

  constructor(place: Place, columns: readonly DeltaColumn[], compile: (column: DeltaColumn) => JsonScanner) {
    super(place, 'STRUCT as an object');
    this.#fields = columns.map((column) => ({
      name: column.name,
      nameBytes: Buffer.from(column.name, 'utf8'),
      computedProblem: computedProblem(column),
      nullable: column.nullable && computedProblem(column) === undefined,
      isRequired: isRequired(column),
      scanner: compile(column),
    }));
    this.#indexOfName = new Map(columns.map((column, index) => [column.name, index]));
    this.#requiredCount = columns.filter(isRequired).length;
    this.#seen = new Float64Array(columns.length);
    this.#follower = Int32Array.from({ length: columns.length + 1 }, (_, index) => Math.min(index, columns.length - 1));
  }

  scan(text: Buffer, position: number): number {
    if (text[position] !== Byte.openBrace) {
      this.mismatch(text, position);
    }
    const round = ++this.#round;
    let required = 0;
    let previous = -1;
    let at = skipSpace(text, position + 1);
    if (text[at] === Byte.closeBrace) {
      at++;
    } else {
      for (;;) {
        if (text[at] !== Byte.quote) {
          throw malformed('an object key must be a string', this.place());
        }
        let index = this.#follower[previous + 1] as number;
        let after = this.#matchName(text, at + 1, index);
        if (after < 0) {
          after = scanString(text, at, this.place);
          index = this.#lookUp(text, at, after);
          this.#follower[previous + 1] = index;
        }
        const field = this.#fields[index] as FieldScanner;
        if (this.#seen[index] === round) {
          throw this.#repeated(field.name);
        }
        this.#seen[index] = round;
        previous = index;
        at = skipSpace(text, after);
        if (text[at] !== Byte.colon) {
          throw malformed('a colon is missing after an object key', this.place());
        }
        at = skipSpace(text, at + 1);
        if (text[at] !== Byte.lowerN) {
          at = field.scanner.scan(text, at);
        } else if (field.nullable) {
          at = scanLiteral(text, at, 'null');
        } else {
          throw this.#refusedNull(field);
        }
        if (field.isRequired) {
          required++;
        }
        at = skipSpace(text, at);
        const separator = text[at++];
        if (separator === Byte.closeBrace) {
          break;
        }
        if (separator !== Byte.comma) {
          throw malformed('a comma or the closing brace is missing', this.place());
        }
        at = skipSpace(text, at);
      }
    }
    if (required < this.#requiredCount) {
      throw this.#missing(this.#fields.find((field, index) => field.isRequired && this.#seen[index] !== round));
    }
    return at;
  }

  /** @returns the position after the key's closing quote if the key is the name of field `index`, else -1 */
  #matchName(text: Buffer, position: number, index: number): number {
    const field = this.#fields[index];
    if (field === undefined) {
      return -1;
    }
    const name = field.nameBytes;
    let at = position;
    for (let i = 0; i < name.length; i++) {
      if (text[at++] !== name[i]) {
        return -1;
      }
    }
    return text[at] === Byte.quote ? at + 1 : -1;
  }

  #lookUp(text: Buffer, start: number, end: number): number {
    const name = stringContent(text, start, end);
    const index = this.#indexOfName.get(name);
    if (index !== undefined) {
      return index;
    }
    const hint = nameHint(name, [...this.#indexOfName.keys()]);
    throw new RecordError(`the table has no column ${quote(name)}${hint}`, this.place(), ['FIELD_NOT_IN_TABLE']);
  }

  #repeated(name: string): RecordError {
    return typeIncompatible(this.place, `the key ${quote(name)} appears twice, so its value is ambiguous`);
  }

  #refusedNull(field: FieldScanner): RecordError {
    const { name, computedProblem: problem } = field;
    return problem === undefined ? this.#missing(field) : refusedColumn(fieldPlace(this.place, name), problem);
  }

  #missing(field: FieldScanner | undefined): RecordError {
    return missingRequired(fieldPlace(this.place, field?.name ?? '')());
  }
}
