import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseTableName } from '../../table/tableName.ts';
import type { CommandContext } from '../command/commandContext.ts';
import { inferTable } from '../conversion/inferTable.ts';
import type { OpenedInput } from '../reading/inputReader.ts';
import { openRecords } from '../reading/openRecords.ts';
import { PeekedRecords } from '../reading/peekedRecords.ts';
import { type LocalServer, loadZerobusLocal } from './loadZerobusLocal.ts';
import type { IngestSettings } from './settings.ts';

/** The settings that a local server decides. */
export type LocalSettings = Pick<IngestSettings, 'connection' | 'table'>;

/**
 * Starts a Zerobus on this machine with a table for the inputs, which is made if it is not there, and closes it when
 * the work is done. After a dry run there is no more than before.
 *
 * @param settings with the data directory
 * @param write writes the inputs into the table
 * @returns the exit code
 */
export async function withLocalTable(
  settings: IngestSettings & { readonly localFolder: string },
  inputs: readonly OpenedInput[],
  { print }: CommandContext,
  write: (local: LocalSettings, inputs: readonly OpenedInput[]) => Promise<number>,
): Promise<number> {
  const { localFolder, sample, dryRun } = settings;
  const { startZerobusLocal } = await loadZerobusLocal();
  const table = settings.table === '' ? `main.default.${tableNameOf(inputs)}` : settings.table;
  parseTableName(table);
  const auth = { clientId: 'rxjs-zerobus', clientSecret: randomBytes(16).toString('hex') };
  const [first, ...others] = inputs as [OpenedInput, ...OpenedInput[]];
  const start = async (tables: readonly string[], dataDir = localFolder): Promise<LocalServer> =>
    startZerobusLocal({ dataDir, tables, auth });
  /** Has the table of a dry run, if it is not there already. */
  let emptyFolder: string | undefined;
  let opened = first;
  let server = existsSync(localFolder) ? await start([]) : undefined;
  if (server !== undefined && isServed(server, table)) {
    print(`${table} is there already, and keeps its columns.`);
  } else {
    await server?.close();
    const peeked = new PeekedRecords(await openRecords(first.input, undefined, () => {}));
    const ddl = inferTable(table, await peeked.peek(sample), peeked.header);
    print(ddl);
    // What can be opened again is, so that its bytes are counted and it may be resumed.
    if (first.input.file === undefined) {
      opened = { ...first, records: peeked };
    } else {
      peeked.close();
    }
    emptyFolder = dryRun ? mkdtempSync(join(tmpdir(), 'rxjs-zerobus-')) : undefined;
    try {
      server = await start([ddl], emptyFolder);
    } catch (error) {
      removeFolder(emptyFolder);
      throw error;
    }
  }
  const { endpoint, workspaceUrl } = server;
  const path = server.tablePath(table);
  let exitCode: number;
  const { no_grpc_proxy: directly } = process.env;
  // A proxy of the environment cannot reach this machine.
  process.env['no_grpc_proxy'] = '127.0.0.1';
  try {
    exitCode = await write({ table, connection: { endpoint, workspaceUrl, ...auth } }, [opened, ...others]);
  } finally {
    if (directly === undefined) {
      delete process.env['no_grpc_proxy'];
    } else {
      process.env['no_grpc_proxy'] = directly;
    }
    // Brings every row into the Delta table.
    await server.close();
    removeFolder(emptyFolder);
  }
  if (dryRun) {
    return exitCode;
  }
  print(`The Delta table is ${path}. Query it:`);
  print(`  npx zerobus-local sql --data ${shellText(localFolder)} 'SELECT * FROM ${table} LIMIT 10'`);
  return exitCode;
}

function removeFolder(folder: string | undefined): void {
  if (folder !== undefined) {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isServed(server: LocalServer, table: string): boolean {
  try {
    server.tablePath(table);
    return true;
  } catch (error) {
    if (error instanceof RangeError) {
      return false;
    }
    throw error;
  }
}

/** Names a table after the first file. */
function tableNameOf([first]: readonly OpenedInput[]): string {
  const path = first?.input.file?.path ?? 'records';
  const name = basename(path)
    .replace(/\.gz$/i, '')
    .replace(/\.(ndjson|jsonl|json|csv|tsv)$/i, '')
    .toLowerCase()
    .replaceAll(/\W+/g, '_');
  return /^[a-z_]/.test(name) ? name : `t_${name}`;
}

function shellText(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
