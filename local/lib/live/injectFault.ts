import { status } from '@grpc/grpc-js';
import { faultCode } from '../faults/faultCode.ts';
import type { FaultInjector } from '../faults/faultInjector.ts';
import type { FaultParameter, InjectedFault } from './api/faultView.ts';
import { faultKinds } from './faultKinds.ts';

/** The longest text of a parameter, in UTF-16 units. */
const MOST_TEXT = 1000;

/** A fault that can't be injected like that. */
export class FaultRequestError extends Error {
  override readonly name = 'FaultRequestError';
}

/**
 * Injects a fault that was asked for in JSON: `{ "kind": "delayAcks", "parameters": { "delayMs": 500 } }`.
 *
 * @param servedName returns a table's name as the table has it; undefined if it is not served
 * @throws {@link FaultRequestError} if there is no such kind, or if a parameter is missing, unknown or wrong
 */
export function injectFault(
  request: unknown,
  faults: FaultInjector,
  servedName: (fullName: string) => string | undefined,
): InjectedFault {
  const { kind, parameters = {}, ...others } = asObject(request, 'The body');
  const known = faultKinds.find((each) => each.kind === kind);
  if (known === undefined) {
    throw new FaultRequestError(`kind must be one of ${faultKinds.map((each) => each.kind).join(', ')}.`);
  }
  const [other] = Object.keys(others);
  if (other !== undefined) {
    throw new FaultRequestError(`The body has no property ${JSON.stringify(other)}. It has: kind, parameters.`);
  }
  const given = asObject(parameters, 'parameters');
  const names = known.parameters.map(({ name }) => name);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new FaultRequestError(
      `${known.kind} has no parameter ${JSON.stringify(unknown)}. It has: ${names.join(', ')}.`,
    );
  }
  const fault = Object.fromEntries(
    known.parameters
      .map((parameter) => [parameter.name, readParameter(parameter, given[parameter.name], servedName)] as const)
      .filter(([, value]) => value !== undefined),
  );
  const before = new Set(faults.active.map(({ id }) => id));
  // The parameters have just been checked against what the method takes.
  const methods = faults as unknown as Readonly<Record<string, (fault: object) => unknown>>;
  const result = methods[known.kind]?.call(faults, fault);
  const code = faultCode(known.kind, fault);
  if (typeof result === 'number') {
    return { code, streams: result };
  }
  const active = faults.active.find(({ id }) => !before.has(id));
  return { code, ...(active === undefined ? {} : { fault: active }) };
}

function readParameter(
  { name, type, isRequired, least = 0, most = 0, choices = [] }: FaultParameter,
  value: unknown,
  servedName: (fullName: string) => string | undefined,
): unknown {
  if (value === undefined || value === null) {
    if (isRequired) {
      throw new FaultRequestError(`The parameter ${name} is missing.`);
    }
    return undefined;
  }
  if (type === 'integer') {
    if (!Number.isSafeInteger(value) || Number(value) < least || Number(value) > most) {
      throw new FaultRequestError(`${name} must be an integer from ${least} to ${most}.`);
    }
    return value;
  }
  if (typeof value !== 'string' || value === '' || value.length > MOST_TEXT) {
    throw new FaultRequestError(`${name} must be a text of 1 to ${MOST_TEXT} characters.`);
  }
  switch (type) {
    case 'status':
      return readStatus(name, value, choices);
    case 'table':
      return readTable(name, value, servedName);
    default:
      return value;
  }
}

function readStatus(name: string, value: string, names: readonly string[]): number {
  if (!names.includes(value)) {
    throw new FaultRequestError(`${name} must be the name of a gRPC status: ${names.join(', ')}.`);
  }
  return status[value as keyof typeof status];
}

function readTable(name: string, value: string, servedName: (fullName: string) => string | undefined): string {
  const served = servedName(value);
  if (served === undefined) {
    throw new FaultRequestError(
      `${name} must be the full name of a served table, such as main.iot.readings. ${JSON.stringify(value)} is none.`,
    );
  }
  return served;
}

function asObject(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FaultRequestError(`${what} must be a JSON object.`);
  }
  return value as Readonly<Record<string, unknown>>;
}
