import { Brand } from './brand.ts';

const tableDefinitionBrand = new Brand('TableDefinitionError');
const tableStoreBrand = new Brand('TableStoreError');
const unwritableTableBrand = new Brand('UnwritableTableError');

/** A table definition that is malformed or not supported. Its message names the position and says how to fix it. */
export class TableDefinitionError extends Error {
  override readonly name: string = 'TableDefinitionError';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    tableDefinitionBrand.mark(this);
  }

  /** Also recognizes errors of another copy of this package (ESM next to CommonJS). */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return tableDefinitionBrand.isOn(value);
  }
}

/** A table store can't do what was requested. Its message names the obstacle and says how to get past it. */
export class TableStoreError extends Error {
  override readonly name: string = 'TableStoreError';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    tableStoreBrand.mark(this);
  }

  /** Also recognizes errors of another copy of this package. A subclass has its own brand. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return tableStoreBrand.isOn(value);
  }
}

/** A table accepts no rows at present because they could not be written to it. */
export class UnwritableTableError extends TableStoreError {
  override readonly name: string = 'UnwritableTableError';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    unwritableTableBrand.mark(this);
  }

  /** Recognizes only its own instances, not every {@link TableStoreError}. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return unwritableTableBrand.isOn(value);
  }
}

/**
 * A Delta log that this package can't read or write: it is damaged, needs an unsupported feature, or has changed
 * underneath.
 */
export class DeltaLogError extends Error {
  override readonly name: string = 'DeltaLogError';
}

/** A query that can't be run. Its message gives the reason in SQL terms. */
export class QueryError extends Error {
  override readonly name: string = 'QueryError';
}
