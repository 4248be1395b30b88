import { Brand } from '../brand.ts';
import { TableStoreError } from './tableStoreError.ts';

const brand = new Brand('UnwritableTableError');

/** A table that takes no rows at present, since they could not be brought into it. */
export class UnwritableTableError extends TableStoreError {
  override readonly name: string = 'UnwritableTableError';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    brand.mark(this);
  }

  /** Recognises its own instances alone, not those of every {@link TableStoreError}. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return brand.isOn(value);
  }
}
