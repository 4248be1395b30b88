import type { FaultKind } from '../../lib/live/api/faultView.ts';

/** Parameters of a fault as they are sent, by their names. */
export type FaultValues = Readonly<Record<string, string | number>>;

/**
 * The call in code that injects a fault: `zerobus.faults.delayAcks({ delayMs: 500 })`. The server prints calls by the
 * same rule, so nothing changes when a fault is injected.
 */
export function printedCall({ kind, parameters }: FaultKind, values: FaultValues): string {
  const parts = parameters.flatMap(({ name, type }) => {
    const value = values[name];
    if (value === undefined) {
      return [];
    }
    return [`${name}: ${type === 'status' ? `status.${value}` : typeof value === 'number' ? value : quoted(value)}`];
  });
  return `zerobus.faults.${kind}(${parts.length === 0 ? '' : `{ ${parts.join(', ')} }`})`;
}

/** A string in single quotes. The escapes of JSON are those of TypeScript. */
function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
