import { Brand } from '../brand.ts';

const brand = new Brand('TableStoreError');

/** A table store that can't do what it was asked: the message says what is in the way and how to get on. */
export class TableStoreError extends Error {
  override readonly name: string = 'TableStoreError';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    brand.mark(this);
  }

  /** Recognises errors of another copy of this package too; a subclass has a brand of its own. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return brand.isOn(value);
  }
}
