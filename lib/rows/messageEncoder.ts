import { describe } from '../wire/jsonText.ts';
import type { FieldEncoder } from './fieldEncoder.ts';
import { fieldPlace, InvalidValue, type Place } from './invalidValue.ts';
import type { RowWriter } from './rowWriter.ts';

/** A field of a message, and what writes it. */
export interface EncodedField {
  readonly name: string;
  readonly isNullable: boolean;
  readonly encoder: FieldEncoder;
}

type Row = Readonly<Record<string, unknown>>;

/** The fields of an object: of a row, or of a STRUCT inside of it. */
export class MessageEncoder {
  readonly #place: Place;
  readonly #fields: readonly EncodedField[];
  readonly #names: ReadonlySet<string>;
  /** Columns such as `constructor`, which every object seems to have. */
  readonly #hasInheritedNames: boolean;

  constructor(place: Place, fields: readonly EncodedField[]) {
    this.#place = place;
    this.#fields = fields;
    this.#names = new Set(fields.map(({ name }) => name));
    this.#hasInheritedNames = fields.some(({ name }) => name in Object.prototype);
  }

  /**
   * Writes what is there of an object's fields.
   *
   * @throws {@link InvalidValue} where a value does not fit, a field that may not be NULL is missing, or there is one
   * too many
   */
  writeFields(writer: RowWriter, value: unknown): void {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) {
      throw new InvalidValue(this.#place, `expected object, got ${describe(value)}`);
    }
    const start = writer.end;
    if (!this.#hasInheritedNames && this.#writeInOrder(writer, value as Row)) {
      return;
    }
    writer.end = start;
    this.#writeInAnyOrder(writer, (this.#hasInheritedNames ? withoutInherited(value) : value) as Row);
  }

  /**
   * Writes a row whose keys stand in the order of the fields, as almost all do: values are then read as fast as the
   * object is walked, and every name has been looked at by the end.
   *
   * @returns false where it is not such a row, or none that fits; what is written is then to be forgotten
   */
  #writeInOrder(writer: RowWriter, row: Row): boolean {
    const fields = this.#fields;
    let index = 0;
    let hasContent = false;
    for (const name in row) {
      let field = fields[index++];
      while (field !== undefined && field.name !== name) {
        if (!field.isNullable) {
          return false;
        }
        field = fields[index++];
      }
      if (field === undefined) {
        return false;
      }
      const content = row[name];
      if (content !== undefined && content !== null) {
        field.encoder.write(writer, content);
        hasContent = true;
      } else if (!field.isNullable) {
        return false;
      }
    }
    for (; index < fields.length; index++) {
      if (!fields[index]?.isNullable) {
        return false;
      }
    }
    return hasContent;
  }

  #writeInAnyOrder(writer: RowWriter, row: Row): void {
    let known = 0;
    for (const field of this.#fields) {
      const content = row[field.name];
      if (content !== undefined) {
        known++;
      }
      if (content !== undefined && content !== null) {
        field.encoder.write(writer, content);
      } else if (!field.isNullable) {
        throw new InvalidValue(fieldPlace(this.#place, field.name), `it is NOT NULL, got ${content}`);
      }
    }
    if (known === 0) {
      this.#checkIsRow(row);
    }
    let present = 0;
    for (const _ in row) {
      present++;
    }
    // Keys with nothing in them make the numbers differ too: it is only now that names are looked at.
    if (present !== known) {
      this.#checkNames(row);
    }
  }

  /** Objects of which all would be NULL without a complaint. */
  #checkIsRow(value: object): void {
    for (const wrong of [Map, Set, Date, Promise]) {
      if (value instanceof wrong) {
        throw new InvalidValue(this.#place, `expected object, got ${wrong.name}`);
      }
    }
  }

  #checkNames(row: object): void {
    for (const name in row) {
      if (!this.#names.has(name)) {
        const shown = name.length > 100 ? `${name.slice(0, 100)}…` : name;
        throw new InvalidValue(
          fieldPlace(this.#place, shown),
          'there is no such column in the definition of the table',
        );
      }
    }
  }
}

/** STRUCT: its fields behind their length. */
export class StructEncoder implements FieldEncoder {
  readonly #tag: number;
  readonly #message: MessageEncoder;
  #lengthSize = 1;

  constructor(tag: number, message: MessageEncoder) {
    this.#tag = tag;
    this.#message = message;
  }

  write(writer: RowWriter, value: unknown): void {
    const lengthSize = this.#lengthSize;
    const start = writer.beginLength(this.#tag, lengthSize);
    this.#message.writeFields(writer, value);
    this.#lengthSize = writer.endLength(start, lengthSize);
  }
}

function withoutInherited(value: object): object {
  return Object.assign(Object.create(null), value);
}
