import { Byte } from '../byte.ts';
import { scanLiteral, skipSpace } from '../jsonTokens.ts';
import { malformed, type Place, typeIncompatible } from '../recordError.ts';
import { JsonScanner } from './jsonScanner.ts';

/** ARRAY. */
export class ArrayScanner extends JsonScanner {
  readonly #element: JsonScanner;
  readonly #containsNull: boolean;
  #index = 0;

  constructor(place: Place, containsNull: boolean, compile: (elementPlace: Place) => JsonScanner) {
    super(place, 'ARRAY');
    this.#containsNull = containsNull;
    this.#element = compile(() => `${place()}[${this.#index}]`);
  }

  scan(text: Buffer, position: number): number {
    if (text[position] !== Byte.openBracket) {
      this.mismatch(text, position);
    }
    let at = skipSpace(text, position + 1);
    if (text[at] === Byte.closeBracket) {
      return at + 1;
    }
    for (let index = 0; ; index++) {
      this.#index = index;
      if (text[at] !== Byte.lowerN) {
        at = this.#element.scan(text, at);
      } else if (this.#containsNull) {
        at = scanLiteral(text, at, 'null');
      } else {
        throw typeIncompatible(() => `${this.place()}[${index}]`, 'null in an array whose elements must not be null');
      }
      at = skipSpace(text, at);
      const separator = text[at++];
      if (separator === Byte.closeBracket) {
        return at;
      }
      if (separator !== Byte.comma) {
        throw malformed('a comma or the closing bracket is missing', this.place());
      }
      at = skipSpace(text, at);
    }
  }
}
