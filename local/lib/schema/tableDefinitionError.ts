/** A table definition that is not understood or not allowed. Its message names the place and the way out. */
export class TableDefinitionError extends Error {
  override readonly name: string = 'TableDefinitionError';
}
