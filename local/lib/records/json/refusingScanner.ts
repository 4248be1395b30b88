import { refusedColumn } from '../recordError.ts';
import { JsonScanner } from './jsonScanner.ts';

/** A column that records must not have. Its form is the reason. */
export class RefusingScanner extends JsonScanner {
  scan(): number {
    throw refusedColumn(this.place, this.form);
  }
}
