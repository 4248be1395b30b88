import { readTable, startZerobusLocal } from 'zerobus-local';
import { reachThisMachineDirectly } from './reachThisMachineDirectly.ts';

/** The workspace of an example and its credentials. */
export interface Workspace {
  readonly endpoint: string;
  readonly workspaceUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The table of the examples. A real workspace must have it too, see examples/README.md. */
export const AIR_QUALITY_TABLE = 'main.examples.air_quality';

export const CREATE_AIR_QUALITY_TABLE: string = `CREATE TABLE ${AIR_QUALITY_TABLE} (device_name STRING NOT NULL, temp INT, humidity BIGINT, measured_at TIMESTAMP)`;

/**
 * Runs an example against the workspace that the environment names. If there is none, runs it against a local Zerobus,
 * then prints the number of rows in its table.
 *
 * @param example called with the workspace, and with a function that breaks the connections of all streams, but only on
 * the local server
 * @param table the name of the table that the example writes to
 * @param createTable the DDL of that table
 */
export async function withZerobus(
  example: (workspace: Workspace, breakConnections: () => void) => Promise<void>,
  table: string = AIR_QUALITY_TABLE,
  createTable: string = CREATE_AIR_QUALITY_TABLE,
): Promise<void> {
  const { ZEROBUS_ENDPOINT, DATABRICKS_HOST, DATABRICKS_CLIENT_ID, DATABRICKS_CLIENT_SECRET } = process.env;
  if (ZEROBUS_ENDPOINT && DATABRICKS_HOST && DATABRICKS_CLIENT_ID && DATABRICKS_CLIENT_SECRET) {
    const workspace = {
      endpoint: ZEROBUS_ENDPOINT,
      workspaceUrl: DATABRICKS_HOST,
      clientId: DATABRICKS_CLIENT_ID,
      clientSecret: DATABRICKS_CLIENT_SECRET,
    };
    await example(workspace, () => {});
    return;
  }
  reachThisMachineDirectly();
  await using server = await startZerobusLocal({ tables: [createTable] });
  const onInterrupt = async (): Promise<void> => {
    // An example that handles the signal itself comes to its end.
    if (process.listenerCount('SIGINT') === 0) {
      await server.close();
      process.exit(130);
    }
  };
  process.once('SIGINT', onInterrupt);
  const { endpoint, workspaceUrl } = server;
  const breakConnections = (): void => void server.faults.cutConnections();
  await example({ endpoint, workspaceUrl, clientId: 'example', clientSecret: 'example-secret' }, breakConnections);
  await server.flush();
  const { rows } = await readTable(server.tablePath(table), 'SELECT count(*)::INT FROM this');
  console.log(`rows in ${table}: ${rows[0]?.[0]}`);
  process.off('SIGINT', onInterrupt);
}
