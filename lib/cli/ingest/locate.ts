import { endSentence } from '../../errors/endSentence.ts';
import { isZerobusError, ZerobusError } from '../../errors/zerobusError.ts';
import type { TableDefinition } from '../../table/tableDefinition.ts';
import type { OpenedInput } from '../reading/inputReader.ts';
import type { Places } from './places.ts';

/** Where records are, for messages. */
export interface Located {
  readonly definition: TableDefinition<object>;
  readonly inputs: readonly OpenedInput[];
  readonly places: Places;
}

/** Returns where a record is: `readings.ndjson: line 17`. */
export function locationOf({ inputs, places }: Located, offset: number): string | undefined {
  const place = places.at(offset);
  const name = place === undefined ? undefined : inputs[place.index]?.input.name;
  return name === undefined ? undefined : `${name}: line ${place?.line}`;
}

/** Returns what is wrong with a record, without the number that it has for the encoder. */
export function problemOf({ message }: Error, definition: TableDefinition<object>): string {
  const table = definition.name.slice(definition.name.lastIndexOf('.') + 1);
  const numbered = message.startsWith(`${table}[`) ? message.slice(table.length) : '';
  return /^\[\d+\](\.|: )/.test(numbered) ? numbered.replace(/^\[\d+\](\.|: )/, '') : message;
}

/** Returns an error that says where the records are that it is about. */
export function locatedError(located: Located, error: unknown): unknown {
  if (!isZerobusError(error)) {
    return error;
  }
  if (error.code === 'TOO_MANY_REJECTIONS') {
    return new ZerobusError(error.code, error.message.replace('maxRejectionsInARow', '--max-rejections'), {
      cause: error,
    });
  }
  const { offset, offsets, code, schemaCauses, isRetryable } = error;
  const first = locationOf(located, offset ?? offsets?.first ?? -1);
  if (first === undefined) {
    return error;
  }
  const last = offsets === undefined ? undefined : locationOf(located, offsets.last);
  const problem = problemOf(error, located.definition);
  const message =
    last === undefined || last === first
      ? `${first}: ${problem}`
      : `Between ${first} and ${last}: ${endSentence(problem)} Pass --rejected to find the record.`;
  return new ZerobusError(code, message, { cause: error, schemaCauses, isRetryable });
}
