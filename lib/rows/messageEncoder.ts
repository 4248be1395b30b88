import { kindOf } from '../errors/kindOf.ts';
import { shorten } from '../errors/shorten.ts';
import { specialKind } from '../wire/specialKind.ts';
import type { FieldEncoder } from './fieldEncoder.ts';
import { fieldPlace, InvalidValue, type Place } from './invalidValue.ts';
import type { RowWriter } from './rowWriter.ts';

/** A field of a message and its encoder. */
export interface EncodedField {
  readonly name: string;
  readonly isNullable: boolean;
  readonly encoder: FieldEncoder;
}

type Row = Readonly<Record<string, unknown>>;

/** Encodes the fields of an object: of a row, or of a STRUCT in it. */
export class MessageEncoder {
  readonly #place: Place;
  readonly #fields: readonly EncodedField[];
  readonly #names: ReadonlySet<string>;
  /** Whether there is a column such as `constructor`, which every object inherits. */
  readonly #hasInheritedNames: boolean;

  constructor(place: Place, fields: readonly EncodedField[]) {
    this.#place = place;
    this.#fields = fields;
    this.#names = new Set(fields.map(({ name }) => name));
    this.#hasInheritedNames = fields.some(({ name }) => name in Object.prototype);
  }

  /**
   * Writes the fields that an object has.
   *
   * @throws {@link InvalidValue} if a value does not fit, a NOT NULL field is missing, or a field is unknown
   */
  writeFields(writer: RowWriter, value: unknown): void {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) {
      throw new InvalidValue(this.#place, `expected object, got ${kindOf(value)}`);
    }
    const start = writer.end;
    if (!this.#hasInheritedNames && this.#writeInOrder(writer, value as Row)) {
      return;
    }
    writer.end = start;
    this.#writeInAnyOrder(writer, (this.#hasInheritedNames ? withoutInherited(value) : value) as Row);
  }

  /**
   * Writes a row whose keys are in the order of the fields, as almost always. Iterating over the object then reads the
   * values and checks the names at once.
   *
   * @returns false if the keys are in another order or the row may not fit; the caller then discards the bytes written
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
        this.#checkIsRow(row);
        throw new InvalidValue(fieldPlace(this.#place, field.name), `the column is NOT NULL, got ${content}`);
      }
    }
    if (known === 0) {
      this.#checkIsRow(row);
    }
    let present = 0;
    for (const _ in row) {
      present++;
    }
    // The counts also differ if a key has no value, so the names are checked only now.
    if (present !== known) {
      this.#checkNames(row);
    }
  }

  /** Refuses an object that holds its content elsewhere, such as a Map: every column would silently be NULL. */
  #checkIsRow(value: object): void {
    const kind = specialKind(value);
    if (kind !== undefined) {
      throw new InvalidValue(this.#place, `expected object, got ${kind.name}. ${kind.wayOut}`);
    }
  }

  #checkNames(row: object): void {
    for (const name in row) {
      if (!this.#names.has(name)) {
        throw new InvalidValue(fieldPlace(this.#place, shorten(name, 100)), 'the table definition has no such column');
      }
    }
  }
}

/** Encodes a STRUCT: the length, then the fields. */
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
