import { TableDefinitionError } from './errors.ts';
import type { ZerobusLocalOptions } from './zerobusLocalOptions.ts';

/** What an option must be, in words, and whether a value is that. */
type Rule = readonly [what: string, isRight: (value: unknown) => boolean];

const text: Rule = ['a text that is not empty', (value) => typeof value === 'string' && value !== ''];
const callback: Rule = ['a function', (value) => typeof value === 'function'];
const amount: Rule = ['a number of at least 0', (value) => typeof value === 'number' && value >= 0];
const port: Rule = [
  'an integer from 0 to 65535',
  (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535,
];

const rules: { readonly [Name in keyof ZerobusLocalOptions]-?: Rule } = {
  dataDir: ['the path of a folder', (value) => text[1](value) && !String(value).includes('\0')],
  tables: ['an array of scripts and definitions', Array.isArray],
  variables: ['an object of texts', (value) => isObject(value) && isTexts(Object.values(value))],
  host: text,
  allowedHosts: ['an array of host names', isTexts],
  port,
  httpPort: port,
  tls: ['true, false, or { cert, key, ca }', (value) => typeof value === 'boolean' || isReadable(value)],
  auth: [
    'false, or { clientId, clientSecret }',
    (value) => value === false || (isObject(value) && text[1](value['clientId']) && text[1](value['clientSecret'])),
  ],
  subjectTokenIssuer: text,
  workspaceId: text,
  tokenTtlMs: amount,
  flushIntervalMs: amount,
  maxUnflushedBytes: amount,
  optimizeAfterFiles: ['an integer of at least 0', (value) => Number.isInteger(value) && Number(value) >= 0],
  rotateAfterMs: amount,
  rotationGraceMs: amount,
  onFlush: callback,
  onEvent: callback,
  onNote: callback,
  onError: callback,
};

/**
 * Checks the types of the options, before anything is opened.
 *
 * @throws TypeError with the code `INVALID_OPTIONS` if an option is of another type, naming the option
 * @throws {@link TableDefinitionError} if a table is neither a script nor a definition
 */
export function checkOptions(options: ZerobusLocalOptions): void {
  const given = readAll(options);
  for (const [name, [what, isRight]] of Object.entries(rules)) {
    if (given[name] !== undefined && !passes(given[name], isRight)) {
      throw invalid(`${name} must be ${what}.`);
    }
  }
  for (const table of options.tables ?? []) {
    if (typeof table !== 'string' && !passes(table, isDefinition)) {
      throw new TableDefinitionError('Each table must be a script of CREATE TABLE, or a definition with columns.');
    }
  }
}

/** Reads each option once, so that one that can't be read is refused here. */
function readAll(options: unknown): Readonly<Record<string, unknown>> {
  if (!passes(options, isObject)) {
    throw invalid('The options must be an object.');
  }
  try {
    return Object.fromEntries(Object.entries(options as object));
  } catch (cause) {
    throw invalid('The options can not be read. Pass an object with plain values.', cause);
  }
}

function isDefinition(table: unknown): boolean {
  return (
    isObject(table) &&
    ['catalog', 'schema', 'name'].every((part) => typeof table[part] === 'string') &&
    Array.isArray(table['columns'])
  );
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether all of an object can be read. A proxy may throw instead. */
function isReadable(value: unknown): boolean {
  return isObject(value) && Object.values(value) !== undefined;
}

/** Whether a value passes a test. A proxy may throw whatever is done with it, and passes none. */
function passes<T>(value: T, test: (value: T) => boolean): boolean {
  try {
    return test(value);
  } catch {
    return false;
  }
}

function invalid(message: string, cause?: unknown): TypeError {
  return Object.assign(new TypeError(message, { cause }), { code: 'INVALID_OPTIONS' });
}
