import { randomUUID } from 'node:crypto';

/** The name under which a file is written before it gets its own; other programs' temporary files have other names. */
export function temporaryName(name: string): string {
  return `.${name}.zerobus-local-${randomUUID()}.tmp`;
}

/** Whether the name is of a file that this package had not finished when its process ended. */
export function isTemporaryName(name: string): boolean {
  return /^\..*\.zerobus-local-[0-9a-f-]{36}\.tmp(\.ndjson)?$/.test(name);
}
