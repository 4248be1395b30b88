import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { programOutput } from './programOutput.ts';

const root = new URL('../../../../', import.meta.url);
const installed = new URL('node_modules/.cache/delta-readers/', root);
const python = fileURLToPath(new URL('bin/python', installed));
const program = fileURLToPath(new URL('local/spec/verify/readers/readTables.py', root));

/** Whether `npm run verify:delta` has installed delta-rs. */
export const hasDeltaRs: boolean = existsSync(new URL('installed', installed));

type Outcome = { readonly rows: readonly { readonly n: string }[] } | { readonly error: string };

/** The numbers of the rows of tables, read by delta-rs. Undefined if it is not installed. */
export async function readByDeltaRs(paths: readonly string[]): Promise<readonly (readonly number[])[] | undefined> {
  if (!hasDeltaRs) {
    return undefined;
  }
  const output = await programOutput(python, [program, 'deltalake'], JSON.stringify(paths));
  const [, ...lines] = output.trimEnd().split('\n');
  return lines.map((line) => {
    const outcome = JSON.parse(line) as Outcome;
    if ('error' in outcome) {
      throw new Error(`delta-rs can't read a table: ${outcome.error}`);
    }
    return outcome.rows.map(({ n }) => Number(n));
  });
}
