import { Brand } from './brand.ts';

const tableDefinitionBrand = new Brand('TableDefinitionError');
const tableStoreBrand = new Brand('TableStoreError');
const unwritableTableBrand = new Brand('UnwritableTableError');

/** A table definition that is not understood or not allowed. Its message names the place and the way out. */
export class TableDefinitionError extends Error {
  override readonly name: string = 'TableDefinitionError';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    tableDefinitionBrand.mark(this);
  }

  /** Recognizes errors of another copy of this package too (ESM beside CommonJS). */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return tableDefinitionBrand.isOn(value);
  }
}

/** A table store that can't do what it was asked: the message says what is in the way and how to get on. */
export class TableStoreError extends Error {
  override readonly name: string = 'TableStoreError';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    tableStoreBrand.mark(this);
  }

  /** Recognizes errors of another copy of this package too; a subclass has a brand of its own. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return tableStoreBrand.isOn(value);
  }
}

/** A table that takes no rows at present, since they could not be brought into it. */
export class UnwritableTableError extends TableStoreError {
  override readonly name: string = 'UnwritableTableError';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    unwritableTableBrand.mark(this);
  }

  /** Recognizes its own instances alone, not those of every {@link TableStoreError}. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return unwritableTableBrand.isOn(value);
  }
}

/**
 * A Delta log that can't be read or written by this writer: damaged, of an unsupported feature, or changed under it.
 */
export class DeltaLogError extends Error {
  override readonly name: string = 'DeltaLogError';
}

/** A query that can't be run: its message says why, in SQL's terms. */
export class QueryError extends Error {
  override readonly name: string = 'QueryError';
}
