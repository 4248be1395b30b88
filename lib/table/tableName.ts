import { shorten } from '../errors/shorten.ts';
import { ZerobusError } from '../errors/zerobusError.ts';

/** The parts of a table's name in Unity Catalog. */
export interface TableName {
  /** The first part, e.g. `main`. */
  readonly catalog: string;
  /** The second part, e.g. `iot`. */
  readonly schema: string;
  /** The third part, e.g. `readings`. */
  readonly table: string;
  /** The full name, e.g. `main.iot.readings`. */
  readonly fullName: string;
}

const partNames = ['catalog', 'schema', 'table'] as const;
const MAX_SHOWN_LENGTH = 200;

/**
 * Parses a full table name. The service accepts only ASCII letters, digits and underscores, so a valid name never needs
 * quoting in a header or a request.
 *
 * @param text `catalog.schema.table`
 * @throws {@link ZerobusError} `INVALID_TABLE_NAME` if the name is not valid, naming the part and what is allowed
 */
export function parseTableName(text: string): TableName {
  if (typeof text !== 'string') {
    throw invalid(`: expected catalog.schema.table, got ${typeof text}`);
  }
  const parts = text.split('.');
  if (parts.length !== partNames.length) {
    throw invalid(
      ` ${shown(text)}: expected catalog.schema.table, got ${parts.length} ${parts.length === 1 ? 'part' : 'parts'}`,
    );
  }
  for (const [index, name] of partNames.entries()) {
    checkPart(text, name, parts[index] ?? '');
  }
  const [catalog = '', schema = '', table = ''] = parts;
  return { catalog, schema, table, fullName: text };
}

function checkPart(text: string, name: string, part: string): void {
  if (part === '') {
    throw invalid(` ${shown(text)}: the ${name} is empty`);
  }
  const character = /[^A-Za-z0-9_]/u.exec(part)?.[0];
  if (character === undefined) {
    return;
  }
  throw invalid(
    ` ${shown(text)}: the ${name} ${shown(part)} contains ${shown(character)}. Only ASCII letters, digits and underscores are allowed`,
  );
}

function shown(text: string): string {
  return JSON.stringify(shorten(text, MAX_SHOWN_LENGTH));
}

function invalid(what: string): ZerobusError {
  return new ZerobusError('INVALID_TABLE_NAME', `Invalid table name${what}.`);
}
