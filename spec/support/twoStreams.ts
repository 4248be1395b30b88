import type { Observable } from 'rxjs';
import { partitionOf } from '../../lib/stream/partition.ts';
import { type ToZerobusOptions, toZerobus } from '../../operators/toZerobus.ts';
import { type ScriptedServer, TABLE, type World } from './toZerobusWorld.ts';

/** A row of a device. */
export interface Row {
  readonly n: number;
  readonly device: string;
}

/** Returns a device whose rows go through a stream. */
const deviceOf = (stream: number): string => ['d1', 'd2'].find((device) => partitionOf(device, 2) === stream) ?? '';

/** A device of each of two streams. */
export const LEFT: string = deviceOf(0);
export const RIGHT: string = deviceOf(1);
/** The rows, by letters. */
export const rows: Readonly<Record<string, Row>> = {
  a: { n: 0, device: LEFT },
  b: { n: 1, device: RIGHT },
  c: { n: 2, device: LEFT },
  d: { n: 3, device: RIGHT },
};
/** The rows of letters as they are sent. */
export const textOf = (letters: string): string => [...letters].map((letter) => JSON.stringify(rows[letter])).join(' ');
/** The option `partitionBy`: the key is the device. */
export const partitionBy = ({ device }: Row): string => device;

/** Creates the operator with two streams by device, whose connections reach these servers in turn. */
export function operatorTo(
  { optionsFor }: World,
  servers: readonly ScriptedServer[],
  options: ToZerobusOptions<Row> = {},
): { readonly seen: readonly string[]; readonly operator: (source: Observable<Row>) => Observable<number> } {
  // Half of the time is the wait before a reconnection. The streams open at once.
  let isFirst = true;
  const random = (): number => {
    const value = isFirst ? 0 : 0.5;
    isFirst = false;
    return value;
  };
  const { transport, ...others } = optionsFor(servers, { random, ...(options as ToZerobusOptions) });
  return {
    seen: transport.seen,
    operator: toZerobus<Row>(TABLE, { streams: 2, partitionBy, ...(others as ToZerobusOptions<Row>), transport }),
  };
}
