import { TableDefinitionError } from '../errors.ts';
import { type SqlToken, tokenizeSql } from './sqlTokens.ts';

/** Reads SQL tokens one after the other, and names the place of an unexpected one. */
export class SqlTokenReader {
  readonly #tokens: readonly SqlToken[];
  readonly #notes: string[] | undefined;
  #position = 0;

  /**
   * @param sql the text, or its tokens with one of kind `end` as the last
   * @param notes collects what is read but has no effect
   */
  constructor(sql: string | readonly SqlToken[], notes?: string[]) {
    this.#tokens = typeof sql === 'string' ? tokenizeSql(sql) : sql;
    this.#notes = notes;
  }

  /** The next token. */
  get next(): SqlToken {
    return this.#tokens[this.#position] as SqlToken;
  }

  /** Whether all tokens are read. */
  isAtEnd(): boolean {
    return this.next.kind === 'end';
  }

  /** Reads any token. */
  take(): SqlToken {
    const token = this.next;
    if (token.kind !== 'end') {
      this.#position += 1;
    }
    return token;
  }

  /** Reads all tokens to the end. @returns a reader of them */
  takeRest(): SqlTokenReader {
    const rest = this.#tokens.slice(this.#position);
    this.#position = this.#tokens.length - 1;
    return new SqlTokenReader(rest, this.#notes);
  }

  /** Whether the keywords come next, in any case. */
  comesWords(...words: readonly string[]): boolean {
    return words.every((word, index) => this.comesWordAfter(word, index));
  }

  /** Whether the keyword comes after that many tokens. */
  comesWordAfter(word: string, after: number): boolean {
    const token = this.#tokens[this.#position + after];
    return token?.kind === 'word' && token.text.toUpperCase() === word;
  }

  /** Whether a string comes after that many tokens. */
  comesStringAfter(after: number): boolean {
    return this.#tokens[this.#position + after]?.kind === 'string';
  }

  /** Reads the keywords if they come next, in any case. @returns whether they did */
  takeWords(...words: readonly string[]): boolean {
    const come = this.comesWords(...words);
    if (come) {
      this.#position += words.length;
    }
    return come;
  }

  /** Whether the punctuation character comes next, or after that many tokens. */
  comesPunctuation(character: string, after = 0): boolean {
    const token = this.#tokens[this.#position + after];
    return token?.kind === 'punctuation' && token.text === character;
  }

  /** Reads the punctuation character if it comes next. @returns whether it did */
  takePunctuation(character: string): boolean {
    const comes = this.comesPunctuation(character);
    if (comes) {
      this.#position += 1;
    }
    return comes;
  }

  /** Reads an operator of one or more characters if it comes next. @returns whether it did */
  takeOperator(operator: string): boolean {
    const comes = [...operator].every((character, index) => this.comesPunctuation(character, index));
    if (comes) {
      this.#position += operator.length;
    }
    return comes;
  }

  expectWords(...words: readonly string[]): void {
    if (!this.takeWords(...words)) {
      this.fail(`expected ${words.join(' ')}`);
    }
  }

  expectPunctuation(character: string): void {
    if (!this.takePunctuation(character)) {
      this.fail(`expected '${character}'`);
    }
  }

  /** Reads a name, bare or in backquotes. */
  expectName(what: string): SqlToken {
    if (this.next.kind !== 'word' && this.next.kind !== 'identifier') {
      this.fail(`expected ${what}`);
    }
    return this.take();
  }

  /** Reads a string. Several in a row are one, as in Databricks SQL. */
  expectString(what: string): string {
    if (this.next.kind !== 'string') {
      this.fail(`expected ${what} in quotes`);
    }
    let text = '';
    while (this.next.kind === 'string') {
      text += this.take().text;
    }
    return text;
  }

  /** Reads a whole number without a sign. */
  expectInteger(what: string): number {
    if (this.next.kind !== 'word' || !/^\d{1,9}$/.test(this.next.text)) {
      this.fail(`expected ${what}, a whole number`);
    }
    return Number(this.take().text);
  }

  /** Reads a whole number of any size, which may have a sign. */
  expectBigInteger(what: string): bigint {
    const isNegative = this.takePunctuation('-');
    if (!isNegative) {
      this.takePunctuation('+');
    }
    if (this.next.kind !== 'word' || !/^\d{1,19}[lL]?$/.test(this.next.text)) {
      this.fail(`expected ${what}, a whole number`);
    }
    const value = BigInt(this.take().text.replace(/l$/i, ''));
    return isNegative ? -value : value;
  }

  /**
   * Reads tokens until one outside of parentheses passes the test, or is a `,`, a closing `)` or the end.
   *
   * @returns their text without comments, with single blanks
   */
  takeTextUntil(test: (token: SqlToken, before: SqlToken | undefined) => boolean): string {
    let text = '';
    let before: SqlToken | undefined;
    for (let depth = 0; !this.isAtEnd(); ) {
      const token = this.next;
      const isPunctuation = token.kind === 'punctuation';
      if (depth === 0 && ((isPunctuation && /[,)]/.test(token.text)) || test(token, before))) {
        break;
      }
      if (isPunctuation) {
        depth += /[([]/.test(token.text) ? 1 : /[)\]]/.test(token.text) ? -1 : 0;
      }
      text += before === undefined || token.isAdjacent ? token.source : ` ${token.source}`;
      before = this.take();
    }
    return text;
  }

  /** Reads parentheses with anything between them. @returns the text between them, as {@link takeTextUntil} does */
  takeParentheses(): string {
    this.expectPunctuation('(');
    let text = this.takeTextUntil(() => false);
    while (this.takePunctuation(',')) {
      text += `, ${this.takeTextUntil(() => false)}`;
    }
    this.expectPunctuation(')');
    return text;
  }

  /** Whether something may be ignored, as it is noted. */
  get canNote(): boolean {
    return this.#notes !== undefined;
  }

  /** Notes that what begins with the token has no effect here. */
  note(remark: string, { line, column }: SqlToken = this.next): void {
    this.#notes?.push(`Line ${line}, column ${column}: ${remark}.`);
  }

  /** @throws {@link TableDefinitionError} with the place of the token */
  fail(problem: string, token: SqlToken = this.next): never {
    const found = token.kind === 'end' ? 'the end of the statement' : `'${token.text}'`;
    throw new TableDefinitionError(`Line ${token.line}, column ${token.column}: ${problem}, at ${found}.`);
  }
}
