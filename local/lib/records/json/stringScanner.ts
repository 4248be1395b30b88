import { Byte, scanString } from '../jsonToken.ts';
import { JsonScanner } from './jsonScanner.ts';

/** STRING: any string. */
export class StringScanner extends JsonScanner {
  scan(text: Buffer, position: number): number {
    if (text[position] !== Byte.quote) {
      this.mismatch(text, position);
    }
    return scanString(text, position, this.place);
  }
}
