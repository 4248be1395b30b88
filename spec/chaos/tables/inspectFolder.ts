import { fileURLToPath } from 'node:url';
import { programOutput } from './programOutput.ts';

const program = fileURLToPath(new URL('../../../../local/build/spec/torture/inspectFolder.js', import.meta.url));

/** What the torture's reader has found. */
export interface InspectedFolder {
  /** The numbers of the rows of each table, in the order in which they arrived. */
  readonly numbers: readonly (readonly number[])[];
  readonly problems: readonly string[];
}

/** Reads tables with the reader of the torture, and checks the data directory as the torture does. */
export async function inspectFolder(dataDir: string, tablePaths: readonly string[]): Promise<InspectedFolder> {
  return JSON.parse(await programOutput(process.execPath, [program, dataDir, ...tablePaths], '')) as InspectedFolder;
}
