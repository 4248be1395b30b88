import { quoteIdentifier } from '../duckdb/quoteSql.ts';
import type { DeltaColumn, DeltaType } from '../schema/deltaType.ts';
import { readColumnType } from '../schema/parseColumnType.ts';
import { SqlTokenReader } from '../schema/sqlTokenReader.ts';
import { castFunctions } from './castFunctions.ts';
import { comparisons } from './comparisons.ts';
import { constructors } from './constructors.ts';
import { isComparable, sqlFunctions, volatileFunctions } from './functions.ts';
import { arithmeticSql, callSql, conditionSql, convertedSql, logicalSql, signedSql } from './operations.ts';
import { readLiteral } from './readLiteral.ts';
import { readNumber } from './readNumber.ts';
import { isOf, type TypedSql } from './typedSql.ts';
import { unsupportedWords } from './unsupportedWords.ts';

const boolean: DeltaType = { kind: 'boolean' };

/** How deep an expression may be nested. DuckDB allows 1000 levels, and a translation has several for one. */
const MAX_DEPTH = 200;

/** The subject of a CASE is written once for each WHEN, so that nested ones can become very long. */
const MAX_SQL_LENGTH = 1_000_000;

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
  #depth = 0;

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
    return this.#nested(() => this.#disjunction());
  }

  /** Reads a part of an expression that another part contains. */
  #nested(read: () => TypedSql): TypedSql {
    this.#depth++;
    if (this.#depth > MAX_DEPTH) {
      this.#tokens.fail(`the expression is nested deeper than ${MAX_DEPTH}`);
    }
    const value = read();
    this.#depth--;
    return value;
  }

  #disjunction(): TypedSql {
    let value = this.#and();
    while (this.#tokens.takeWords('OR')) {
      value = logicalSql(value, 'OR', this.#and());
    }
    return value;
  }

  #and(): TypedSql {
    let value = this.#not();
    while (this.#tokens.takeWords('AND')) {
      value = logicalSql(value, 'AND', this.#not());
    }
    return value;
  }

  #not(): TypedSql {
    if (!this.#tokens.takeWords('NOT')) {
      return this.#comparison();
    }
    const value = this.#nested(() => this.#not());
    return conditionSql(isOf(value, 'boolean'), 'NOT', `(NOT ${value.sql})`);
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
      return conditionSql(isFine, 'IN', `(${value.sql} ${not}IN (${others.map(({ sql }) => sql).join(', ')}))`);
    }
    if (this.#tokens.takeWords('BETWEEN')) {
      const low = this.#sum();
      this.#tokens.expectWords('AND');
      const high = this.#sum();
      const isFine = isComparable(value, low) && isComparable(value, high);
      return conditionSql(isFine, 'BETWEEN', `(${value.sql} ${not}BETWEEN ${low.sql} AND ${high.sql})`);
    }
    if (not !== '') {
      this.#tokens.fail('expected IN or BETWEEN');
    }
    for (const [operator, translated] of comparisons) {
      if (this.#tokens.takeOperator(operator)) {
        const other = this.#sum();
        return conditionSql(isComparable(value, other), operator, `(${value.sql} ${translated} ${other.sql})`);
      }
    }
    return value;
  }

  #sum(): TypedSql {
    let value = this.#product();
    for (;;) {
      if (this.#tokens.takeOperator('||')) {
        value = callSql('||', sqlFunctions.get('concat'), [value, this.#product()]);
      } else if (this.#tokens.takePunctuation('+')) {
        value = arithmeticSql(value, '+', this.#product());
      } else if (this.#tokens.takePunctuation('-')) {
        value = arithmeticSql(value, '-', this.#product());
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
      value = arithmeticSql(value, operator, this.#unary());
    }
  }

  #unary(): TypedSql {
    const sign = (['-', '+'] as const).find((each) => this.#tokens.takePunctuation(each));
    const isNumber = this.#tokens.comesPunctuation('.') || /^\d/.test(this.#tokens.next.text);
    if (sign === '+' || (sign === '-' && !isNumber)) {
      const value = this.#nested(() => this.#unary());
      return signedSql(value, sign);
    }
    let value = sign === '-' ? readNumber(this.#tokens, '-') : this.#primary();
    while (this.#tokens.takeOperator('::')) {
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
    const literal = readLiteral(tokens);
    if (literal !== undefined) {
      return literal;
    }
    if (token.kind === 'identifier') {
      return this.#column();
    }
    if (token.kind !== 'word') {
      tokens.fail('zerobus-local can not compute this');
    }
    return this.#keyword() ?? this.#function() ?? this.#column();
  }

  /** Reads what begins with a word of the language. */
  #keyword(): TypedSql | undefined {
    const tokens = this.#tokens;
    if (tokens.comesWords('CAST') && tokens.comesPunctuation('(', 1)) {
      tokens.take();
      tokens.take();
      const value = this.#or();
      const cast = tokens.takeWords('AS') ? this.#cast(value) : tokens.fail('expected AS');
      tokens.expectPunctuation(')');
      return cast;
    }
    const foreign = ['INTERVAL', 'SELECT'].find((word) => tokens.comesWords(word));
    const isForeign = foreign === 'SELECT' || !tokens.comesPunctuation('(', 1);
    if (foreign !== undefined && isForeign && this.#columnOf(foreign) === undefined) {
      tokens.fail(`zerobus-local does not support ${foreign} here`);
    }
    return tokens.takeWords('CASE') ? this.#case() : undefined;
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
      conditionSql(isFine, 'CASE', '');
      results.push(result);
      sql += ` WHEN ${subject === undefined ? '' : `${subject.sql} = `}${condition.sql} THEN ${result.sql}`;
    }
    if (tokens.takeWords('ELSE')) {
      const result = this.#or();
      results.push(result);
      sql += ` ELSE ${result.sql}`;
    }
    tokens.expectWords('END');
    if (sql.length > MAX_SQL_LENGTH) {
      tokens.fail('the CASE is too long to be computed; omit what stands between CASE and WHEN, and write conditions');
    }
    const { type } = callSql('CASE', sqlFunctions.get('coalesce'), results);
    return { sql: `(${sql} END)`, type };
  }

  #function(): TypedSql | undefined {
    const tokens = this.#tokens;
    const word = tokens.next;
    const name = word.text.toLowerCase();
    const volatile = volatileFunctions.get(name);
    const isCall = tokens.comesPunctuation('(', 1);
    const isFunction = volatile !== undefined || unsupportedWords.has(name);
    if (!isCall && (!isFunction || this.#columnOf(name) !== undefined)) {
      return undefined;
    }
    tokens.take();
    if (volatile !== undefined && !this.#isVolatile) {
      tokens.fail(`the result of ${name} differs from call to call, so it can't be in a generated column`, word);
    }
    const translate = sqlFunctions.get(name) ?? castFunctions.get(name) ?? constructors.get(name) ?? volatile;
    return callSql(word.text, translate, isCall ? this.#list(name === 'struct') : []);
  }

  #list(isNamed = false): readonly TypedSql[] {
    const values: TypedSql[] = [];
    this.#tokens.expectPunctuation('(');
    while (!this.#tokens.takePunctuation(')')) {
      const value = this.#or();
      const hasAlias = isNamed && this.#tokens.takeWords('AS');
      values.push(hasAlias ? { ...value, alias: this.#tokens.expectName('the name of a field').text } : value);
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
    return convertedSql(value, readColumnType(this.#tokens));
  }
}
