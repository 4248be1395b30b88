import { readFile } from 'node:fs/promises';
import { TableDefinitionError } from '../errors.ts';
import type { DeltaTable } from '../schema/deltaType.ts';
import { isOtherNotebook } from '../schema/notebookSql.ts';
import { parseScript, type SqlScript } from '../schema/parseScript.ts';
import { scriptText } from './scriptText.ts';

/**
 * Reads the tables that a script or notebook makes. What has no effect is noted on stderr.
 *
 * @param variables values of placeholders
 * @throws {@link TableDefinitionError} if the text is wrong; the message names the file and the place
 * @throws Error if the file can't be read
 */
export async function readScript(
  path: string,
  variables: Readonly<Record<string, string>>,
): Promise<readonly DeltaTable[]> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const wayOut =
      cause.code === 'EISDIR' ? ' It is a folder: name the scripts in it one by one, each with --tables.' : '';
    throw new Error(`The script ${path} can't be read: ${cause.message}.${wayOut}`, { cause });
  });
  const text = scriptText(path, bytes);
  let script: SqlScript;
  try {
    script = parseScript(text, variables);
  } catch (cause) {
    throw new TableDefinitionError(`${path}: ${(cause as Error).message}`, { cause });
  }
  for (const note of script.notes) {
    process.stderr.write(`zerobus-local: ${path}: ${note}\n`);
  }
  if (script.tables.length === 0) {
    const hint = isOtherNotebook(text) ? ' Of a notebook, only the cells of SQL are read.' : '';
    process.stderr.write(`zerobus-local: ${path}: No table is made by this script.${hint}\n`);
  }
  return script.tables;
}
