import { Byte, scanString, stringContent } from '../jsonToken.ts';
import { type Place, typeIncompatible } from '../recordError.ts';
import { JsonScanner } from './jsonScanner.ts';

/** VARCHAR, DECIMAL, BINARY, VARIANT: a string whose characters have to follow a rule. */
export class RuledStringScanner extends JsonScanner {
  readonly #problem: (content: string) => string | undefined;

  constructor(place: Place, label: string, problem: (content: string) => string | undefined) {
    super(place, label);
    this.#problem = problem;
  }

  scan(text: Buffer, position: number): number {
    if (text[position] !== Byte.quote) {
      throw typeIncompatible(this.place, `expected ${this.label} as a string, got another JSON value`);
    }
    const end = scanString(text, position, this.place);
    const problem = this.#problem(stringContent(text, position, end));
    if (problem !== undefined) {
      throw typeIncompatible(this.place, problem);
    }
    return end;
  }
}
