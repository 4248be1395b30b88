/** A table store that can't do what it was asked: the message says what is in the way and how to get on. */
export class TableStoreError extends Error {
  override readonly name: string = 'TableStoreError';
}
