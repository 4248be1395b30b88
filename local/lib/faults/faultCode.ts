import { status } from '@grpc/grpc-js';

/** Prints the call of `zerobus.faults` that injects a fault: `zerobus.faults.delayAcks({ delayMs: 500 })`. */
export function faultCode(kind: string, fault: object): string {
  const parts = Object.entries(fault).filter(([, value]) => value !== undefined);
  return `zerobus.faults.${kind}(${parts.length === 0 ? '' : literal(Object.fromEntries(parts))})`;
}

/** Prints a value as TypeScript. The number of a gRPC status becomes its name. */
function literal(value: unknown, name?: string): string {
  if (name === 'code' && typeof value === 'number' && status[value] !== undefined) {
    return `status.${status[value]}`;
  }
  if (typeof value === 'object' && value !== null) {
    const parts = Object.entries(value).map(([key, part]) => `${propertyName(key)}: ${literal(part, key)}`);
    return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
  }
  return typeof value === 'string' ? quoted(value) : String(value);
}

function propertyName(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key);
}

/** A string in single quotes. The escapes of JSON are those of TypeScript. */
function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
