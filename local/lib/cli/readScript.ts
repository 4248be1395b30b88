import { readFile } from 'node:fs/promises';
import { TableDefinitionError } from '../errors.ts';
import type { DeltaTable } from '../schema/deltaType.ts';
import { parseScript, type SqlScript } from '../schema/parseScript.ts';

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
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const wayOut =
      cause.code === 'EISDIR' ? ' It is a folder: name the scripts in it one by one, each with --tables.' : '';
    throw new Error(`The script ${path} can't be read: ${cause.message}.${wayOut}`, { cause });
  });
  let script: SqlScript;
  try {
    script = parseScript(text, variables);
  } catch (cause) {
    throw new TableDefinitionError(`${path}: ${(cause as Error).message}`, { cause });
  }
  for (const note of script.notes) {
    process.stderr.write(`zerobus-local: ${path}: ${note}\n`);
  }
  return script.tables;
}
