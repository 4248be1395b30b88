import { ZerobusError } from '../errors/zerobusError.ts';
import { TableDefinition } from './tableDefinition.ts';

/**
 * Checks that an argument is a table definition.
 *
 * @param subject the function that it was passed to, for the message
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if it is something else
 */
export function checkDefinition(subject: string, definition: unknown): void {
  if (!(definition instanceof TableDefinition)) {
    throw new ZerobusError(
      'INVALID_OPTIONS',
      `${subject} requires a table definition: pass the result of defineTable or fetchTable.`,
    );
  }
}
