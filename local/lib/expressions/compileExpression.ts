import { quoteIdentifier, quoteLiteral } from '../duckdb/quoteSql.ts';
import { TableDefinitionError } from '../errors.ts';
import type { DeltaColumn, DeltaType } from '../schema/deltaType.ts';
import { readColumnType } from '../schema/parseColumnType.ts';
import { SqlTokenReader } from '../schema/sqlTokenReader.ts';
import { sqlTypeName } from '../schema/sqlTypeText.ts';
import { castSql } from './castSql.ts';
import { isComparable, sqlFunctions, volatileFunctions } from './functions.ts';
import { isOf, type TypedSql } from './typedSql.ts';

const boolean: DeltaType = { kind: 'boolean' };

/** Comparisons, longest first, with DuckDB's name of each. */
const comparisons: readonly (readonly [string, string])[] = [
  ['<=>', 'IS NOT DISTINCT FROM'],
  ['<=', '<='],
  ['>=', '>='],
  ['<>', '<>'],
  ['!=', '<>'],
  ['==', '='],
  ['=', '='],
  ['<', '<'],
  ['>', '>'],
];

/**
 * Translates an expression of Databricks SQL into DuckDB's dialect. It takes what has the same result in both.
 *
 * @param columns the columns that it may use. Those of a default are none.
 * @param isVolatile whether it may use functions whose result differs from call to call
 * @throws {@link TableDefinitionError} if something in it is not supported, which the message names
 */
export function compileExpression(sql: string, columns: readonly DeltaColumn[], isVolatile: boolean): TypedSql {
  const compiler = new ExpressionCompiler(new SqlTokenReader(sql), columns, isVolatile);
  return compiler.compile();
}

class ExpressionCompiler {
  readonly #tokens: SqlTokenReader;
  readonly #columns: readonly DeltaColumn[];
  readonly #isVolatile: boolean;

  constructor(tokens: SqlTokenReader, columns: readonly DeltaColumn[], isVolatile: boolean) {
    this.#tokens = tokens;
    this.#columns = columns;
    this.#isVolatile = isVolatile;
  }

  compile(): TypedSql {
    const value = this.#or();
    if (!this.#tokens.isAtEnd()) {
      this.#tokens.fail('zerobus-local can not compute this');
    }
    return value;
  }

  #or(): TypedSql {
    let value = this.#and();
    while (this.#tokens.takeWords('OR')) {
      value = this.#logical(value, 'OR', this.#and());
    }
    return value;
  }

  #and(): TypedSql {
    let value = this.#not();
    while (this.#tokens.takeWords('AND')) {
      value = this.#logical(value, 'AND', this.#not());
    }
    return value;
  }

  #logical(one: TypedSql, operator: string, other: TypedSql): TypedSql {
    return this.#when(
      isOf(one, 'boolean') && isOf(other, 'boolean'),
      operator,
      `(${one.sql} ${operator} ${other.sql})`,
    );
  }

  #not(): TypedSql {
    if (!this.#tokens.takeWords('NOT')) {
      return this.#comparison();
    }
    const value = this.#not();
    return this.#when(isOf(value, 'boolean'), 'NOT', `(NOT ${value.sql})`);
  }

  #comparison(): TypedSql {
    const value = this.#sum();
    if (this.#tokens.takeWords('IS')) {
      const not = this.#tokens.takeWords('NOT') ? 'NOT ' : '';
      this.#tokens.expectWords('NULL');
      return { sql: `(${value.sql} IS ${not}NULL)`, type: boolean };
    }
    const not = this.#tokens.takeWords('NOT') ? 'NOT ' : '';
    if (this.#tokens.takeWords('IN')) {
      const others = this.#list();
      const isFine = others.length > 0 && others.every((other) => isComparable(value, other));
      return this.#when(isFine, 'IN', `(${value.sql} ${not}IN (${others.map(({ sql }) => sql).join(', ')}))`);
    }
    if (this.#tokens.takeWords('BETWEEN')) {
      const low = this.#sum();
      this.#tokens.expectWords('AND');
      const high = this.#sum();
      const isFine = isComparable(value, low) && isComparable(value, high);
      return this.#when(isFine, 'BETWEEN', `(${value.sql} ${not}BETWEEN ${low.sql} AND ${high.sql})`);
    }
    if (not !== '') {
      this.#tokens.fail('expected IN or BETWEEN');
    }
    for (const [operator, translated] of comparisons) {
      if (this.#takeOperator(operator)) {
        const other = this.#sum();
        return this.#when(isComparable(value, other), operator, `(${value.sql} ${translated} ${other.sql})`);
      }
    }
    return value;
  }

  #sum(): TypedSql {
    let value = this.#product();
    for (;;) {
      if (this.#takeOperator('||')) {
        value = this.#call('||', sqlFunctions.get('concat'), [value, this.#product()]);
      } else if (this.#tokens.takePunctuation('+')) {
        value = this.#arithmetic(value, '+', this.#product());
      } else if (this.#tokens.takePunctuation('-')) {
        value = this.#arithmetic(value, '-', this.#product());
      } else {
        return value;
      }
    }
  }

  #product(): TypedSql {
    let value = this.#unary();
    for (;;) {
      const operator = ['*', '/', '%'].find((candidate) => this.#tokens.takePunctuation(candidate));
      if (operator === undefined) {
        return value;
      }
      value = this.#arithmetic(value, operator, this.#unary());
    }
  }

  #arithmetic(one: TypedSql, operator: string, other: TypedSql): TypedSql {
    const types = [one, other].flatMap(({ type }) => type ?? []);
    const hasDouble = types.some(({ kind }) => kind === 'float' || kind === 'double');
    const hasDecimal = types.some(({ kind }) => kind === 'decimal');
    const sql = `(${one.sql} ${operator} ${other.sql})`;
    // The digits of decimals, and what follows a division by zero, differ.
    const isFine =
      isOf(one, 'integer', 'fraction') && isOf(other, 'integer', 'fraction') && !hasDecimal && types.length === 2;
    if (isFine && (operator === '/' || hasDouble)) {
      return { sql, type: { kind: 'double' } };
    }
    const order = ['byte', 'short', 'integer', 'long'] as const;
    const kinds = types.map(({ kind }) => order.indexOf(kind as (typeof order)[number]));
    const type: DeltaType = { kind: order[Math.max(0, ...kinds)] ?? 'long' };
    return { ...this.#when(isFine, operator, sql), type };
  }

  #unary(): TypedSql {
    if (this.#tokens.takePunctuation('-')) {
      const value = this.#unary();
      return { ...this.#when(isOf(value, 'integer', 'fraction'), '-', `(-${value.sql})`), type: value.type };
    }
    let value = this.#primary();
    while (this.#takeOperator('::')) {
      value = this.#cast(value);
    }
    return value;
  }

  #primary(): TypedSql {
    const tokens = this.#tokens;
    const token = tokens.next;
    if (tokens.takePunctuation('(')) {
      const value = this.#or();
      tokens.expectPunctuation(')');
      return value;
    }
    if (token.kind === 'string') {
      const literal = tokens.expectString('a text');
      return { sql: quoteLiteral(literal), type: { kind: 'string' }, literal };
    }
    if (token.kind === 'word' && /^\d/.test(token.text)) {
      return this.#number();
    }
    if (token.kind === 'identifier') {
      return this.#column();
    }
    if (token.kind !== 'word') {
      tokens.fail('zerobus-local can not compute this');
    }
    return this.#keyword() ?? this.#function() ?? this.#column();
  }

  #number(): TypedSql {
    const tokens = this.#tokens;
    const token = tokens.take();
    if (tokens.comesPunctuation('.') && tokens.next.isAdjacent) {
      tokens.take();
      const fraction = tokens.next.isAdjacent && /^\d+$/.test(tokens.next.text) ? tokens.take().text : '';
      const precision = Math.max(token.text.replace(/^0+/, '').length, 0) + fraction.length;
      return {
        sql: `${token.text}.${fraction}`,
        type: { kind: 'decimal', precision: Math.max(1, precision), scale: fraction.length },
      };
    }
    const [, digits = '', suffix = ''] =
      /^(\d{1,19})(L?)$/i.exec(token.text) ?? tokens.fail('expected a number', token);
    const isLong = suffix !== '' || BigInt(digits) > 2147483647n;
    return isLong
      ? { sql: `CAST(${digits} AS BIGINT)`, type: { kind: 'long' } }
      : { sql: `CAST(${digits} AS INTEGER)`, type: { kind: 'integer' } };
  }

  /** Reads what begins with a word of the language. */
  #keyword(): TypedSql | undefined {
    const tokens = this.#tokens;
    if (tokens.takeWords('NULL')) {
      return { sql: 'NULL', type: undefined };
    }
    if (tokens.takeWords('TRUE')) {
      return { sql: 'true', type: boolean };
    }
    if (tokens.takeWords('FALSE')) {
      return { sql: 'false', type: boolean };
    }
    if (tokens.comesWords('CAST') && tokens.comesPunctuation('(', 1)) {
      tokens.take();
      tokens.take();
      const value = this.#or();
      const cast = tokens.takeWords('AS') ? this.#cast(value) : tokens.fail('expected AS');
      tokens.expectPunctuation(')');
      return cast;
    }
    return tokens.takeWords('CASE') ? this.#case() : this.#timeLiteral();
  }

  /** Reads `DATE '…'` and `TIMESTAMP '…'`. */
  #timeLiteral(): TypedSql | undefined {
    const word = this.#tokens.next.text.toLowerCase();
    const isTime = word === 'date' || word === 'timestamp' || word === 'timestamp_ntz';
    if (!isTime || this.#columnOf(word) !== undefined || this.#tokens.comesPunctuation('(', 1)) {
      return undefined;
    }
    this.#tokens.take();
    const literal = this.#tokens.expectString(`the text of a ${word.toUpperCase()}`);
    return castSql({ sql: quoteLiteral(literal), type: { kind: 'string' } }, { kind: word });
  }

  #case(): TypedSql {
    const tokens = this.#tokens;
    const subject = tokens.comesWords('WHEN') ? undefined : this.#or();
    const results: TypedSql[] = [];
    let sql = 'CASE';
    while (tokens.takeWords('WHEN')) {
      const condition = this.#or();
      tokens.expectWords('THEN');
      const result = this.#or();
      const isFine = subject === undefined ? isOf(condition, 'boolean') : isComparable(subject, condition);
      this.#when(isFine, 'CASE', '');
      results.push(result);
      sql += ` WHEN ${subject === undefined ? '' : `${subject.sql} = `}${condition.sql} THEN ${result.sql}`;
    }
    if (tokens.takeWords('ELSE')) {
      const result = this.#or();
      results.push(result);
      sql += ` ELSE ${result.sql}`;
    }
    tokens.expectWords('END');
    const { type } = this.#call('CASE', sqlFunctions.get('coalesce'), results);
    return { sql: `(${sql} END)`, type };
  }

  #function(): TypedSql | undefined {
    const tokens = this.#tokens;
    const word = tokens.next;
    const name = word.text.toLowerCase();
    const volatile = volatileFunctions.get(name);
    const isCall = tokens.comesPunctuation('(', 1);
    if (!isCall && (volatile === undefined || this.#columnOf(name) !== undefined)) {
      return undefined;
    }
    tokens.take();
    if (volatile !== undefined && !this.#isVolatile) {
      tokens.fail(`the result of ${name} differs from call to call, so it can't be in a generated column`, word);
    }
    return this.#call(word.text, sqlFunctions.get(name) ?? volatile, isCall ? this.#list() : []);
  }

  #list(): readonly TypedSql[] {
    const values: TypedSql[] = [];
    this.#tokens.expectPunctuation('(');
    while (!this.#tokens.takePunctuation(')')) {
      values.push(this.#or());
      if (!this.#tokens.takePunctuation(',') && !this.#tokens.comesPunctuation(')')) {
        this.#tokens.fail("expected ',' or ')'");
      }
    }
    return values;
  }

  #column(): TypedSql {
    const token = this.#tokens.take();
    const column = this.#columnOf(token.text) ?? this.#tokens.fail('there is no such column that could be used', token);
    return { sql: quoteIdentifier(column.name), type: column.type };
  }

  #columnOf(name: string): DeltaColumn | undefined {
    return this.#columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
  }

  #cast(value: TypedSql): TypedSql {
    const type = readColumnType(this.#tokens);
    return castSql(value, type) ?? unsupported(`CAST(… AS ${sqlTypeName(type)}) of ${typeName(value)}`);
  }

  #call(
    name: string,
    translate: ((...values: readonly TypedSql[]) => TypedSql | undefined) | undefined,
    values: readonly TypedSql[],
  ): TypedSql {
    return translate?.(...values) ?? unsupported(`${name}(${values.map(typeName).join(', ')})`);
  }

  #when(isFine: boolean, operator: string, sql: string): TypedSql {
    return isFine ? { sql, type: boolean } : unsupported(`${operator} between these types`);
  }

  /** Reads an operator of several characters. */
  #takeOperator(operator: string): boolean {
    const comes = [...operator].every((character, index) => this.#tokens.comesPunctuation(character, index));
    for (let count = comes ? operator.length : 0; count > 0; count -= 1) {
      this.#tokens.take();
    }
    return comes;
  }
}

function typeName({ type }: TypedSql): string {
  return type === undefined ? 'NULL' : sqlTypeName(type);
}

function unsupported(what: string): never {
  throw new TableDefinitionError(`zerobus-local does not support ${what} here.`);
}
