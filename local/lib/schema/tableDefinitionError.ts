import { Brand } from '../brand.ts';

const brand = new Brand('TableDefinitionError');

/** A table definition that is not understood or not allowed. Its message names the place and the way out. */
export class TableDefinitionError extends Error {
  override readonly name: string = 'TableDefinitionError';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    brand.mark(this);
  }

  /** Recognises errors of another copy of this package too (ESM beside CommonJS). */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return brand.isOn(value);
  }
}
