import { extname } from 'node:path';
import { TableDefinitionError } from '../errors.ts';
import { isOtherNotebook } from '../schema/notebookSql.ts';

const AS_SOURCE = 'as a source file, which has the extension .sql or .py';

/** What files without SQL are, and what to give instead. */
const JUPYTER = `a notebook of Jupyter. Export it ${AS_SOURCE}`;
const ARCHIVE = `an archive. Export each notebook ${AS_SOURCE}`;
const PAGE = `a page of HTML. Export the notebook ${AS_SOURCE}`;
const PROGRAM = 'a program. Save its SQL as a .sql file';
const CONFIGURATION = 'a configuration. Save the output of SHOW CREATE TABLE as a .sql file';

/** The same by the extension of the file. */
const byExtension: Readonly<Record<string, string>> = {
  '.ipynb': JUPYTER,
  '.dbc': ARCHIVE,
  '.zip': ARCHIVE,
  '.html': PAGE,
  '.py': PROGRAM,
  '.scala': PROGRAM,
  '.r': PROGRAM,
  '.tf': CONFIGURATION,
  '.yml': CONFIGURATION,
  '.yaml': CONFIGURATION,
  '.json': CONFIGURATION,
};

/**
 * The text of a script in UTF-8, or in UTF-16 with a byte order mark, as some shells write it.
 *
 * @throws {@link TableDefinitionError} if the file is of another kind
 */
export function scriptText(path: string, bytes: Buffer): string {
  const text = decode(bytes);
  const kind = isOtherNotebook(text) ? undefined : (byContent(text) ?? byExtension[extname(path).toLowerCase()]);
  if (kind !== undefined) {
    throw new TableDefinitionError(`${path} is ${kind}.`);
  }
  return text;
}

function byContent(text: string): string | undefined {
  if (text.startsWith('PK\u0003\u0004')) {
    return ARCHIVE;
  }
  return /^\s*\{[\s\S]*"cells"\s*:/.test(text) ? JUPYTER : undefined;
}

function decode(bytes: Buffer): string {
  switch (bytes.toString('hex', 0, 2)) {
    case 'fffe':
      return bytes.toString('utf16le');
    case 'feff':
      return Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)))
        .swap16()
        .toString('utf16le');
    default:
      return bytes.toString();
  }
}
