import { TableDefinitionError } from '../errors.ts';
import { type SqlToken, tokenizeSql } from './sqlTokens.ts';

/** Reads SQL tokens one after the other, and names the place of an unexpected one. */
export class SqlTokenReader {
  readonly #tokens: readonly SqlToken[];
  #position = 0;

  constructor(sql: string) {
    this.#tokens = tokenizeSql(sql);
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

  /** Reads the keywords if they come next, in any case. @returns whether they did */
  takeWords(...words: readonly string[]): boolean {
    const come = words.every((word, index) => {
      const token = this.#tokens[this.#position + index];
      return token?.kind === 'word' && token.text.toUpperCase() === word;
    });
    if (come) {
      this.#position += words.length;
    }
    return come;
  }

  /** Reads the punctuation character if it comes next. @returns whether it did */
  takePunctuation(character: string): boolean {
    const comes = this.next.kind === 'punctuation' && this.next.text === character;
    if (comes) {
      this.#position += 1;
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

  expectString(what: string): string {
    if (this.next.kind !== 'string') {
      this.fail(`expected ${what} in quotes`);
    }
    return this.take().text;
  }

  /** Reads a whole number without a sign. */
  expectInteger(what: string): number {
    if (this.next.kind !== 'word' || !/^\d{1,9}$/.test(this.next.text)) {
      this.fail(`expected ${what}, a whole number`);
    }
    return Number(this.take().text);
  }

  /** @throws {@link TableDefinitionError} with the place of the token */
  fail(problem: string, token: SqlToken = this.next): never {
    const found = token.kind === 'end' ? 'the end of the statement' : `'${token.text}'`;
    throw new TableDefinitionError(`Line ${token.line}, column ${token.column}: ${problem}, at ${found}.`);
  }
}
