import { TableStoreError } from './tableStoreError.ts';

/** A table that takes no rows at present, since they could not be brought into it. */
export class UnwritableTableError extends TableStoreError {
  override readonly name: string = 'UnwritableTableError';
}
