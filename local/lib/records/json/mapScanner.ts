import { Byte } from '../byte.ts';
import { scanLiteral, scanString, skipSpace, stringContent } from '../jsonTokens.ts';
import { malformed, type Place, typeIncompatible } from '../recordError.ts';
import { quote } from '../valueRules.ts';
import { JsonScanner } from './jsonScanner.ts';

/** MAP: an object with the map's keys as text, each at most once. */
export class MapScanner extends JsonScanner {
  readonly #keyProblem: (key: string) => string | undefined;
  readonly #value: JsonScanner;
  readonly #valueContainsNull: boolean;
  #key = '';

  constructor(
    place: Place,
    keyProblem: (key: string) => string | undefined,
    valueContainsNull: boolean,
    compile: (valuePlace: Place) => JsonScanner,
  ) {
    super(place, 'MAP as an object');
    this.#keyProblem = keyProblem;
    this.#valueContainsNull = valueContainsNull;
    this.#value = compile(() => this.#valuePlace());
  }

  scan(text: Buffer, position: number): number {
    if (text[position] !== Byte.openBrace) {
      this.mismatch(text, position);
    }
    let at = skipSpace(text, position + 1);
    if (text[at] === Byte.closeBrace) {
      return at + 1;
    }
    const keys = new Set<string>();
    for (;;) {
      if (text[at] !== Byte.quote) {
        throw malformed('an object key must be a string', this.place());
      }
      const after = scanString(text, at, this.place);
      const key = stringContent(text, at, after);
      this.#key = key;
      const problem = keys.has(key) ? 'the key appears twice, so its value is ambiguous' : this.#keyProblem(key);
      if (problem !== undefined) {
        throw typeIncompatible(() => this.#valuePlace(), problem);
      }
      keys.add(key);
      at = skipSpace(text, after);
      if (text[at] !== Byte.colon) {
        throw malformed('a colon is missing after an object key', this.place());
      }
      at = skipSpace(text, at + 1);
      if (text[at] !== Byte.lowerN) {
        at = this.#value.scan(text, at);
      } else if (this.#valueContainsNull) {
        at = scanLiteral(text, at, 'null');
      } else {
        throw typeIncompatible(() => this.#valuePlace(), 'null in a map whose values must not be null');
      }
      at = skipSpace(text, at);
      const separator = text[at++];
      if (separator === Byte.closeBrace) {
        return at;
      }
      if (separator !== Byte.comma) {
        throw malformed('a comma or the closing brace is missing', this.place());
      }
      at = skipSpace(text, at);
    }
  }

  #valuePlace(): string {
    return `${this.place()}[${quote(this.#key)}]`;
  }
}
