import type { DeltaColumn, DeltaType } from './deltaType.ts';
import { primitiveOfSqlName } from './primitiveTypes.ts';
import { SqlTokenReader } from './sqlTokenReader.ts';
import type { SqlToken } from './sqlTokens.ts';

/** Deeper nesting is a mistake or an attack on the parser's stack. */
const DEEPEST_NESTING = 100;

/** Types of Databricks that Delta tables of zerobus-local can't have. */
const unsupportedTypes: ReadonlySet<string> = new Set([
  'INTERVAL',
  'GEOGRAPHY',
  'GEOMETRY',
  'TIME',
  'VOID',
  'NULL',
  'OBJECT',
]);

/** Parses a type in SQL, such as `ARRAY<STRUCT<a: INT>>`. */
export function parseColumnType(sql: string): DeltaType {
  const tokens = new SqlTokenReader(sql);
  const type = readColumnType(tokens);
  if (!tokens.isAtEnd()) {
    tokens.fail('expected the end of the type');
  }
  return type;
}

/** Reads a type out of a statement. */
export function readColumnType(tokens: SqlTokenReader, depth = 0): DeltaType {
  if (depth > DEEPEST_NESTING) {
    tokens.fail(`types can be nested at most ${DEEPEST_NESTING} deep`);
  }
  const word = tokens.expectName('a type');
  const name = word.text.toUpperCase();
  const primitive = primitiveOfSqlName.get(name);
  if (primitive !== undefined && primitive !== 'string') {
    return { kind: primitive };
  }
  switch (name) {
    case 'STRING':
      readCollation(tokens);
      return { kind: 'string' };
    case 'VARCHAR':
    case 'CHAR':
    case 'CHARACTER':
      return readVarchar(tokens, word);
    case 'DECIMAL':
    case 'DEC':
    case 'NUMERIC':
      return readDecimal(tokens, word);
    case 'ARRAY': {
      tokens.expectPunctuation('<');
      const element = readColumnType(tokens, depth + 1);
      tokens.expectPunctuation('>');
      return { kind: 'array', element, containsNull: true };
    }
    case 'MAP':
      return readMap(tokens, depth);
    case 'STRUCT':
      return readStruct(tokens, depth);
    default:
      return tokens.fail(
        `${unsupportedTypes.has(name) ? `the type ${name} is not supported` : 'unknown type'}; known are TINYINT, SMALLINT, ` +
          'INT, BIGINT, FLOAT, DOUBLE, STRING, VARCHAR(n), CHAR(n), BOOLEAN, BINARY, DATE, TIMESTAMP, TIMESTAMP_NTZ, ' +
          'DECIMAL(p,s), VARIANT, ARRAY<…>, MAP<…>, STRUCT<…>',
        word,
      );
  }
}

/** Refuses names that the service does not take, and a second column of the same name. */
export function checkColumnName(tokens: SqlTokenReader, name: SqlToken, taken: Set<string>): void {
  if (!/^[A-Za-z0-9_]+$/.test(name.text)) {
    tokens.fail('a column name can contain only ASCII letters, digits and underscores', name);
  }
  const key = name.text.toLowerCase();
  if (taken.has(key)) {
    tokens.fail('there is already a column of this name (case does not matter)', name);
  }
  taken.add(key);
}

/** Reads the length of a `VARCHAR` or `CHAR`. */
function readVarchar(tokens: SqlTokenReader, word: SqlToken): DeltaType {
  const isChar = !/^varchar$/i.test(word.text);
  const name = isChar ? 'CHAR' : 'VARCHAR';
  if (!tokens.takePunctuation('(')) {
    tokens.fail(`${name} needs a length, as in ${name}(255); use STRING for text of any length`, word);
  }
  const length = tokens.expectInteger('the length');
  tokens.expectPunctuation(')');
  if (length < 1) {
    tokens.fail(`the length of a ${name} must be at least 1`, word);
  }
  readCollation(tokens);
  return { kind: 'varchar', length, ...(isChar ? { isChar } : {}) };
}

function readCollation(tokens: SqlTokenReader): void {
  const word = tokens.next;
  if (tokens.canNote && tokens.takeWords('COLLATE')) {
    readCollationName(tokens, 'COLLATE', word);
  }
}

/** Reads the name of a collation. How texts are compared is up to readers, so it is noted. */
export function readCollationName(tokens: SqlTokenReader, clause: string, word: SqlToken): void {
  let name: string;
  do {
    name = tokens.expectName('a collation').text;
  } while (tokens.takePunctuation('.'));
  if (name.toUpperCase() !== 'UTF8_BINARY') {
    tokens.note(`${clause} ${name} is ignored, so texts are compared by their bytes`, word);
  }
}

function readDecimal(tokens: SqlTokenReader, word: SqlToken): DeltaType {
  let precision = 10;
  let scale = 0;
  if (tokens.takePunctuation('(')) {
    precision = tokens.expectInteger('the precision');
    if (tokens.takePunctuation(',')) {
      scale = tokens.expectInteger('the scale');
    }
    tokens.expectPunctuation(')');
  }
  if (precision < 1 || precision > 38 || scale > precision) {
    tokens.fail('a DECIMAL has a precision of 1 to 38 and a scale of 0 up to the precision', word);
  }
  return { kind: 'decimal', precision, scale };
}

function readMap(tokens: SqlTokenReader, depth: number): DeltaType {
  tokens.expectPunctuation('<');
  const keyWord = tokens.next;
  const key = readColumnType(tokens, depth + 1);
  if (key.kind === 'map' || key.kind === 'array' || key.kind === 'struct' || key.kind === 'variant') {
    tokens.fail('the key of a MAP must be a scalar type', keyWord);
  }
  tokens.expectPunctuation(',');
  const value = readColumnType(tokens, depth + 1);
  tokens.expectPunctuation('>');
  return { kind: 'map', key, value, valueContainsNull: true };
}

function readStruct(tokens: SqlTokenReader, depth: number): DeltaType {
  tokens.expectPunctuation('<');
  const fields: DeltaColumn[] = [];
  const taken = new Set<string>();
  do {
    const name = tokens.expectName('a field name');
    checkColumnName(tokens, name, taken);
    tokens.takePunctuation(':');
    fields.push(readFieldRest(tokens, name.text, readColumnType(tokens, depth + 1)));
  } while (tokens.takePunctuation(','));
  tokens.expectPunctuation('>');
  return { kind: 'struct', fields };
}

/** Reads `NOT NULL` and `COMMENT '…'`, in either order, and returns the field. */
function readFieldRest(tokens: SqlTokenReader, name: string, type: DeltaType): DeltaColumn {
  let field: DeltaColumn = { name, type, nullable: true };
  for (;;) {
    if (tokens.takeWords('NOT', 'NULL')) {
      field = { ...field, nullable: false };
    } else if (tokens.takeWords('COMMENT')) {
      field = { ...field, comment: tokens.expectString('the comment') };
    } else {
      return field;
    }
  }
}
