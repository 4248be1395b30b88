import { Byte, scanLiteral } from '../jsonToken.ts';
import { JsonScanner } from './jsonScanner.ts';

/** BOOLEAN. */
export class BooleanScanner extends JsonScanner {
  scan(text: Buffer, position: number): number {
    const byte = text[position];
    if (byte === Byte.lowerT) {
      return scanLiteral(text, position, 'true');
    }
    if (byte === Byte.lowerF) {
      return scanLiteral(text, position, 'false');
    }
    return this.mismatch(text, position);
  }
}
