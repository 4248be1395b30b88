import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
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
 * the work is done.
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
  const { localFolder, sample } = settings;
  const { startZerobusLocal } = await loadZerobusLocal();
  const table = settings.table === '' ? `main.default.${tableNameOf(inputs)}` : settings.table;
  parseTableName(table);
  const auth = { clientId: 'rxjs-zerobus', clientSecret: randomBytes(16).toString('hex') };
  const [first, ...others] = inputs as [OpenedInput, ...OpenedInput[]];
  const start = async (tables: readonly string[]): Promise<LocalServer> =>
    startZerobusLocal({ dataDir: localFolder, tables, auth });
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
    server = await start([ddl]);
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
  }
  print(`The Delta table is ${path}. Query it:`);
  print(`  npx zerobus-local sql --data ${shellText(localFolder)} 'SELECT * FROM ${table} LIMIT 10'`);
  return exitCode;
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
