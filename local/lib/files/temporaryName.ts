import { randomUUID } from 'node:crypto';

/** The temporary name of a file that is being written. Temporary files of other programs have other names. */
export function temporaryName(name: string): string {
  return `.${name}.zerobus-local-${randomUUID()}.tmp`;
}

/** Whether the name is that of a file which this package had not finished when its process ended. */
export function isTemporaryName(name: string): boolean {
  return /^\..*\.zerobus-local-[0-9a-f-]{36}\.tmp(\.ndjson)?$/.test(name);
}
