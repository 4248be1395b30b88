import { shorten } from '../errors/shorten.ts';
import type { ColumnType, ScalarKind, StructField } from '../table/columnType.ts';

/** The names of scalar types in SQL and in Delta's schema JSON. */
const scalarKinds: Readonly<Record<string, ScalarKind>> = {
  tinyint: 'tinyint',
  byte: 'tinyint',
  smallint: 'smallint',
  short: 'smallint',
  int: 'int',
  integer: 'int',
  bigint: 'bigint',
  long: 'bigint',
  float: 'float',
  real: 'float',
  double: 'double',
  string: 'string',
  boolean: 'boolean',
  bool: 'boolean',
  binary: 'binary',
  date: 'date',
  timestamp: 'timestamp',
  timestamp_ltz: 'timestamp',
  timestamp_ntz: 'timestampNtz',
  variant: 'variant',
};

/** How deep types may be nested. */
export const MAX_DEPTH = 200;
const MAX_SHOWN_LENGTH = 200;

/** Thrown for a type that this package does not know or cannot write. */
export class UnsupportedType extends Error {
  /** @param text the type as the catalog writes it */
  constructor(text: string) {
    super(shorten(text, MAX_SHOWN_LENGTH));
  }
}

/**
 * Parses a type in SQL, as in Unity Catalog's `type_text`: `array<struct<a:int,b:decimal(10,2)>>`, in any case. The
 * names of scalars in Delta's schema JSON are accepted too.
 *
 * @throws {@link UnsupportedType} if a part of the type is not supported, naming the part
 */
export function parseTypeText(text: string): ColumnType {
  const reader = new TypeReader(text);
  const type = reader.type(0);
  reader.expectEnd();
  return type;
}

class TypeReader {
  readonly #text: string;
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    // Names in backticks, texts of comments, what follows a quote that is not closed, words, and single characters.
    this.#tokens = text.match(/`[^`]*(?:``[^`]*)*`|'[^'\\]*(?:\\.[^'\\]*)*'|[`'][\s\S]*|\w+|[^\s\w]/g) ?? [];
  }

  type(depth: number): ColumnType {
    const name = this.#next();
    const kind = name.toLowerCase();
    if (depth > MAX_DEPTH) {
      throw new UnsupportedType(this.#text);
    }
    const scalar = Object.hasOwn(scalarKinds, kind) ? scalarKinds[kind] : undefined;
    if (scalar !== undefined) {
      if (scalar === 'string' && this.#take('collate')) {
        this.#next();
      }
      return { kind: scalar };
    }
    switch (kind) {
      case 'varchar':
        return { kind, length: this.#parameters(1)[0] as number };
      case 'decimal':
      case 'dec':
      case 'numeric': {
        const [precision = 10, scale = 0] = this.#tokens[this.#at] === '(' ? this.#parameters(2) : [];
        return { kind: 'decimal', precision, scale };
      }
      case 'array':
        return this.#inside(() => ({ kind, element: this.type(depth + 1) }));
      case 'map':
        return this.#inside(() => {
          const key = this.type(depth + 1);
          this.#expect(',');
          return { kind, key, value: this.type(depth + 1) };
        });
      case 'struct':
        return this.#inside(() => ({ kind, fields: this.#fields(depth) }));
      default:
        throw new UnsupportedType(depth === 0 ? this.#text : name);
    }
  }

  expectEnd(): void {
    if (this.#at < this.#tokens.length) {
      throw new UnsupportedType(this.#text);
    }
  }

  #fields(depth: number): StructField[] {
    const fields: StructField[] = [];
    if (this.#tokens[this.#at] === '>') {
      return fields;
    }
    do {
      const name = unquoted(this.#next());
      this.#take(':');
      const type = this.type(depth + 1);
      const isNullable = !this.#take('not');
      if (!isNullable) {
        this.#expect('null');
      }
      if (this.#take('comment')) {
        this.#next();
      }
      fields.push({ name, type, isNullable });
    } while (this.#take(','));
    return fields;
  }

  #inside<T>(read: () => T): T {
    this.#expect('<');
    const content = read();
    this.#expect('>');
    return content;
  }

  #parameters(maxCount: number): number[] {
    this.#expect('(');
    const parameters: number[] = [];
    do {
      const text = this.#next();
      if (!/^\d{1,10}$/.test(text) || parameters.length === maxCount) {
        throw new UnsupportedType(this.#text);
      }
      parameters.push(Number(text));
    } while (this.#take(','));
    this.#expect(')');
    return parameters;
  }

  #next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) {
      throw new UnsupportedType(this.#text);
    }
    return token;
  }

  #take(token: string): boolean {
    const isNext = this.#tokens[this.#at]?.toLowerCase() === token;
    if (isNext) {
      this.#at++;
    }
    return isNext;
  }

  #expect(token: string): void {
    if (!this.#take(token)) {
      throw new UnsupportedType(this.#text);
    }
  }
}

function unquoted(token: string): string {
  return token.startsWith('`') ? token.slice(1, -1).replaceAll('``', '`') : token;
}
