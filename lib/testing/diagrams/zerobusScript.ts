import type { TokenResponse } from '../../auth/fetchToken.ts';
import { checkFunction } from '../../errors/checkFunction.ts';
import { checkNames, type NamesOf } from '../../errors/checkNames.ts';
import { atLeast } from '../../errors/checkNumber.ts';
import type { UntypedRow } from '../../table/rowOf.ts';
import type { TableDefinition } from '../../table/tableDefinition.ts';
import type { RowTable } from '../decoding/rowForm.ts';
import { parseScript, type TimedAct } from './parseScript.ts';
import {
  ackLetters,
  connectionLetters,
  isServiceAct,
  isTokenAct,
  type PlainAct,
  type ServiceAct,
  type TokenAct,
  tokenLetters,
} from './serviceAct.ts';

/** What a scripted Zerobus does, in diagrams. */
export interface ZerobusScript {
  /**
   * What the service does, in frames of the test, whatever the number of connections: `0` to `9` acknowledge everything
   * up to this record, `#` breaks the connection, `x` refuses a record, `s` announces to close the connection in 10 ms,
   * `d` lets more through, `|` ends the call. Defaults to acknowledging each batch when it arrives.
   */
  readonly acks?: string | undefined;
  /**
   * The time after which each batch is acknowledged by itself, in milliseconds. Defaults to 0 without `acks`, and to
   * never with it.
   */
  readonly ackDelayMs?: number | undefined;
  /**
   * What the service does on each connection, in frames from its opening. The last diagram repeats. `o` creates the
   * stream, `x` refuses it, and the letters of `acks` do the same as there. Without `o` the stream hangs. Defaults to
   * `'o'`.
   */
  readonly connections?: string | readonly string[] | undefined;
  /**
   * The answer to each token request, in frames from its start. The last diagram repeats. `t` is a token, and `#` is
   * `TOKEN_FETCH_FAILED`. Defaults to `'t'`.
   */
  readonly tokens?: string | readonly string[] | undefined;
  /** The number of batches that a connection takes before it waits for `d`. Defaults to no limit. */
  readonly capacity?: number | undefined;
  /**
   * Returns whether the service refuses a decoded row for its content. Its batch then ends the connection, as `x` does.
   * Defaults to refusing none.
   */
  readonly refuses?: ((row: UntypedRow) => boolean) | undefined;
  /** What letters of your own stand for, or `#`, `x` and the others instead. Defaults to none. */
  readonly values?: Readonly<Record<string, ServiceAct | TokenResponse>> | undefined;
  /**
   * The definition of the table that rows are written to, to decode rows that travel as protobuf. Defaults to none,
   * which is right for JSON.
   */
  readonly table?: Pick<TableDefinition<unknown>, 'name' | 'columns'> | undefined;
}

const names: NamesOf<ZerobusScript> = {
  acks: true,
  ackDelayMs: true,
  connections: true,
  tokens: true,
  capacity: true,
  refuses: true,
  values: true,
  table: true,
};

/** A script that is checked and read. */
export interface ParsedScript {
  readonly acks: readonly TimedAct<ServiceAct | PlainAct>[];
  /** `undefined` if no batch is acknowledged by itself. */
  readonly ackDelayMs: number | undefined;
  readonly connections: readonly (readonly TimedAct<ServiceAct | PlainAct>[])[];
  readonly tokens: readonly (readonly TimedAct<TokenAct | 'token'>[])[];
  readonly capacity: number;
  readonly refuses: (row: UntypedRow) => boolean;
  readonly table: RowTable | undefined;
}

/**
 * Checks a script and reads its diagrams.
 *
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if an option is unknown or malformed, or if a letter stands for
 * nothing
 */
export function parseZerobusScript(script: ZerobusScript): ParsedScript {
  checkNames('zerobus', script, names);
  const { acks, ackDelayMs, connections = 'o', tokens = 't', values = {} } = script;
  const { capacity = Number.POSITIVE_INFINITY, refuses = () => false } = script;
  checkFunction('refuses', refuses, '(row) => …');
  const forService = { values, isValue: isServiceAct };
  return {
    acks: acks === undefined ? [] : parseScript(acks, { option: 'acks', letters: ackLetters, ...forService }),
    ackDelayMs: ackDelayMs === undefined ? (acks === undefined ? 0 : undefined) : atLeast(0, 'ackDelayMs', ackDelayMs),
    connections: [connections]
      .flat()
      .map((diagram) => parseScript(diagram, { option: 'connections', letters: connectionLetters, ...forService })),
    tokens: [tokens]
      .flat()
      .map((diagram) => parseScript(diagram, { option: 'tokens', letters: tokenLetters, values, isValue: isTokenAct })),
    capacity: capacity === Number.POSITIVE_INFINITY ? capacity : atLeast(1, 'capacity', capacity),
    refuses,
    table: script.table,
  };
}
